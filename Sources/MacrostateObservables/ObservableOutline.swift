import MacrostateSettings
import MacrostateStorage

/// What there is to say of an observable before it is asked for: its name, its meaning, its settings.
public struct ObservableOutline: Encodable, Sendable {
  /// A setting with its default.
  public struct Setting: Encodable, Sendable {
    /// The key.
    public var key: String
    /// The default, in YAML.
    public var value: String
    /// The form of its value: `a number above 0`.
    public var form: String
    /// The meaning, in a line.
    public var summary: String

    private enum CodingKeys: String, CodingKey {
      case key, form, summary
      case value = "default"
    }
  }

  /// The name.
  public var name: String
  /// What it is, in one line.
  public var summary: String
  /// The settings, in their order.
  public var settings: [Setting]
  /// The features that it may look at.
  public var features: [String]
  /// Whether it is computed from positions.
  public var needsPositions: Bool
  /// The names of its values for two species A and B, with the defaults; empty where it has none of its own.
  public var values: [String]

  /// The outline of the observable `kind`.
  public init(_ kind: any Observable.Type) { self = Self.of(kind) }

  private init<Kind: Observable>(of kind: Kind.Type) {
    name = Kind.name
    summary = Kind.summary
    features = Kind.features
    needsPositions = Kind.needsPositions
    let defaults = Kind.Settings()
    settings = zip(Kind.Settings.settings, defaults.values).map {
      Setting(key: $0.key, value: $1.yaml, form: $0.form, summary: $0.summary)
    }
    values = (try? Kind(defaults, speciesNames: ["A", "B"], box: nil))?.quantities.map(\.name) ?? []
  }

  private static func of<Kind: Observable>(_ kind: Kind.Type) -> ObservableOutline { ObservableOutline(of: kind) }
}
