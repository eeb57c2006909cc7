/// The version of Macrostate, written into data sets, models and reports.
public enum ProgramVersion {
  /// Semantic version.
  public static let current = "0.1.0"
}
