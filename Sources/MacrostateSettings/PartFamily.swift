/// A family of parts, of which one is chosen: the encoders, the densities, the dynamics.
public protocol PartFamily: Sendable {
  /// All parts of the family: this package's, the default first, and those that the program adds (`Parts.added`).
  static var all: [any Part.Type] { get }
}

/// The name of a part of a family, as it is chosen in YAML.
public struct PartName<Family: PartFamily>: SettingChoice, Hashable {
  /// The name.
  public let rawValue: String
  /// The part of this name, found where the name was read: threads of a pool do not see what a program adds.
  private let found: (any Part.Type)?

  /// The name `rawValue`, whether there is such a part or not: `demand` says it.
  public init(rawValue: String) {
    self.rawValue = rawValue
    found = Family.all.first { $0.name == rawValue }
  }

  /// The name of `part`.
  public init(_ part: any Part.Type) {
    rawValue = part.name
    found = part
  }

  public static func == (first: PartName, second: PartName) -> Bool { first.rawValue == second.rawValue }

  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

  /// The names of all parts of the family.
  public static var allCases: [PartName] { Family.all.map(PartName.init) }

  /// The part of this name; the family's default where there is none, which `demand` has complained of before.
  var part: any Part.Type { found ?? Family.all[0] }
}

extension PartFamily {
  /// The problem with the parts of the family: names that are there twice, keys with two forms; nil where all is well.
  public static var problem: String? {
    let names = all.map { $0.name }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      return "two parts are called '\(twice)'; give one of them another name"
    }
    var forms: [String: String] = [:]
    for (name, setting) in all.flatMap({ part in PartSettings<Self>.lifted(part).map { (part.name, $0) } }) {
      guard setting.form == forms[setting.key, default: setting.form] else {
        return
          "the key '\(setting.key)' of '\(name)' is \(setting.form), and elsewhere \(forms[setting.key] ?? "another");"
          + " give it another name"
      }
      forms[setting.key] = setting.form
    }
    return nil
  }
}
