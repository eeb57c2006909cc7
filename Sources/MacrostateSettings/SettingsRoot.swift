import Foundation
import MacrostateStorage

/// All settings of a job, each with a default, in the sections that its parts bring: the one table that reading, writing,
/// comparing and documenting go by.
public protocol SettingsRoot: Equatable, Sendable {
  /// All sections, in the order in which they are written.
  static var sections: [SettingSection<Self>] { get }
  /// A rule of several settings together.
  static var rules: [SettingRule<Self>] { get }
  /// The settings that a file or an assignment has set.
  var chosen: ChosenSettings { get set }
  /// The defaults.
  init()
  /// The order that some settings had before, where it is another now: results are named by it.
  static var earlierOrder: [String] { get }
  /// The spelling by which a setting's value was known before, where that differs: results are named by it.
  func earlierSpelling(of path: String) -> String?
}

extension SettingsRoot {
  /// The value of a setting, as results are compared and named by it.
  func identity(_ setting: Setting<Self>) -> String { earlierSpelling(of: setting.path) ?? setting.yaml(self) }

  /// All settings, in the order in which they are written.
  public static var settings: [Setting<Self>] { sections.flatMap(\.settings) }

  /// The configuration in the YAML file (or stream, such as `/dev/stdin`) at `url`; keys that are not there are as in `base`.
  ///
  /// - Parameter ofRun: whether the program wrote the file: versions before wrote settings of kinds that were not chosen.
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file; `badData` with file and line for
  ///   text that is not YAML, an unknown key, a wrong type or a value out of range.
  public init(contentsOf url: URL, over base: Self = Self(), ofRun: Bool = false) throws {
    try self.init(yaml: SettingsText.contents(of: url), source: url.relativePath, over: base, ofRun: ofRun)
  }

  /// The configuration in the file at `url`, if there is one, with `assignments` after it; keys that are in neither are as in
  /// `base`. Where an assignment chooses another kind, the file's keys of the former kind are left out (`chosen.notes`).
  ///
  /// - Throws: as `init(contentsOf:)` and `set(_:)`.
  public init(contentsOf url: URL?, assignments: [String], over base: Self = Self()) throws {
    var reader = SettingsReader(base)
    if let url { try reader.read(SettingsText.contents(of: url), source: url.relativePath) }
    for assignment in assignments { try reader.assign(assignment) }
    self = try reader.finish()
  }

  /// The configuration in the YAML text `text`, which errors call `source`; keys that are not there are as in `base`.
  ///
  /// - Throws: as `init(contentsOf:)`.
  public init(yaml text: String, source: String, over base: Self = Self(), ofRun: Bool = false) throws {
    var reader = SettingsReader(base, forAnyKind: ofRun)
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
  ///
  /// - Parameter forAnyKind: whether settings of kinds that are not chosen may be set, for a job that chooses others later.
  public mutating func set(contentsOf assignments: [String], forAnyKind: Bool = false) throws {
    var reader = SettingsReader(self, forAnyKind: forAnyKind)
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
