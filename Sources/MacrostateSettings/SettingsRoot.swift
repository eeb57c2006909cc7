import Foundation
import MacrostateStorage

/// All settings of a job, each with a default, in the sections that its parts bring: the one table that reading, writing,
/// comparing and documenting go by.
public protocol SettingsRoot: Equatable, Sendable {
  /// All sections, in the order in which they are written.
  static var sections: [SettingSection<Self>] { get }
  /// What several settings must satisfy together.
  static var rules: [SettingRule<Self>] { get }
  /// The settings that a file or an assignment has set.
  var chosen: ChosenSettings { get set }
  /// The defaults.
  init()
  /// Gives settings that were not chosen the values that others ask for.
  ///
  /// - Parameter justSet: the paths of those that are set now.
  mutating func followChoices(_ justSet: Set<String>)
}

extension SettingsRoot {
  /// All settings, in the order in which they are written.
  public static var settings: [Setting<Self>] { sections.flatMap(\.settings) }

  /// The bytes that settings may take: hundreds of times more than they ever do.
  private static var mostBytes: Int { 1 << 20 }

  /// The configuration in the YAML file (or stream, such as `/dev/stdin`) at `url`; keys that are not there are as in `base`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file; `badData` with file and line for
  ///   text that is not YAML, an unknown key, a wrong type or a value out of range.
  public init(contentsOf url: URL, over base: Self = Self()) throws {
    let bytes = try FileContents.streamedBytes(of: url, limit: Self.mostBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw MacrostateError(.badData, "\(url.relativePath): not text in UTF-8; save it as plain UTF-8 text")
    }
    try self.init(yaml: text, source: url.relativePath, over: base)
  }

  /// The configuration in the YAML text `text`, which errors call `source`; keys that are not there are as in `base`.
  ///
  /// - Throws: as `init(contentsOf:)`.
  public init(yaml text: String, source: String, over base: Self = Self()) throws {
    var reader = SettingsReader(base)
    try reader.read(text, source: source)
    self = try reader.finish()
  }

  /// Changes one setting, `assignment` being `a.b=value` with the value in YAML: `density.widths=[64, 64]`,
  /// `data.tests.in-dst=test.dataset`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` if `assignment` names no setting; `badData` for a value that does not
  ///   suit it. The configuration is then as it was.
  public mutating func set(_ assignment: String) throws {
    try set(contentsOf: [assignment])
  }

  /// Changes settings as `set(_:)` does, one after the other; whether they suit each other is checked at the end.
  ///
  /// - Throws: as `set(_:)`.
  public mutating func set(contentsOf assignments: [String]) throws {
    var reader = SettingsReader(self)
    for assignment in assignments { try reader.assign(assignment) }
    self = try reader.finish()
  }

  /// Checks all values, for a configuration that was made or changed in Swift.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the setting.
  public func validate() throws {
    _ = try SettingsReader(self).finish()
  }
}
