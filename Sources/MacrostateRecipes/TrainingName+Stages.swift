import MacrostateTraining

/// The trainings of a run with a closure and a dynamics.
extension TrainingName {
  /// Stage I.
  public static let closure = TrainingName(rawValue: "closure")
  /// The dynamics of the observables without ẑ.
  public static let withoutClosure = TrainingName(rawValue: "without-closure")
  /// The dynamics of a member of the ensemble.
  public static func dynamics(member: Int) -> TrainingName { TrainingName(rawValue: "dynamics-\(member)") }

  /// The model of one observable, where a dynamics has one for each.
  func part(_ part: Int, of count: Int) -> TrainingName { count == 1 ? self : appending("observable-\(part)") }
  /// The unrolled fine-tuning of a dynamics.
  var unrolled: TrainingName { appending("unrolled") }
}
