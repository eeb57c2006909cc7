import Foundation
import MacrostateStorage
import Yams

/// A part that is asked for by its name, with those of its settings that are given.
///
///     try PartRequest("radial-distribution,cutoff=3,bins=60", of: "observable")
///     try PartRequest.read(URL(fileURLWithPath: "observables.yaml"), of: "observable")
public struct PartRequest: Sendable, Equatable {
  /// The family of the part, as messages call it: `observable`.
  public let family: String
  /// The name of the part.
  public let name: String
  /// The file and the line where it is asked for; nil for an option.
  public let place: String?
  private var given: [Given] = []

  /// A setting by its key, its value in YAML, and the line it stands in.
  private struct Given: Equatable {
    var key: String
    var yaml: String
    var place: String?
  }

  /// The part `name` with settings by their keys, in YAML.
  public init(_ family: String, named name: String, settings: [String: String] = [:]) {
    self.family = family
    self.name = name
    place = nil
    given = settings.sorted { $0.key < $1.key }.map { Given(key: $0.key, yaml: $0.value) }
  }

  /// The part written as `text`: its name, then settings `key=value`, separated by commas.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for settings that are not `key=value`, each once.
  public init(_ text: String, of family: String) throws {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    self.init(family, named: parts[0])
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else {
        throw MacrostateError(
          .usage, "\(family) '\(text)': write its settings as key=value after commas, such as NAME,a=4,b=0.1")
      }
      guard !gives(sides[0]) else {
        throw MacrostateError(.usage, "\(family) '\(text)': '\(sides[0])' is there twice; give it once")
      }
      give(sides[0], sides[1])
    }
  }

  private init(_ family: String, _ key: Node, _ value: Node, source: String) throws {
    self.family = family
    name = key.scalar?.string ?? key.brief
    place = "\(source):\(key.mark?.line ?? 1)"
    if value.isEmptyScalar { return }
    guard case .mapping(let pairs) = value else {
      throw MacrostateError(
        .badData,
        "\(source):\(value.mark?.line ?? 1): '\(name)' must be settings with values below it, not \(value.brief)")
    }
    given = try pairs.map { key, value in
      Given(
        key: key.scalar?.string ?? key.brief, yaml: try Yams.serialize(node: value),
        place: "\(source):\(key.mark?.line ?? 1)")
    }
  }

  /// The parts in a YAML file: their names, with the settings of each below it.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file; `badData` with file and line for text that
  ///   is not YAML, or no names with settings.
  public static func read(_ url: URL, of family: String) throws -> [PartRequest] {
    let source = url.relativePath
    let text = String(try SettingsText.contents(of: url).trimmingPrefix("\u{FEFF}"))
    guard let root = try YAMLDocument.compose(text, place: { "\(source):\($0)" }), !root.isEmptyScalar else {
      return []
    }
    guard case .mapping(let pairs) = root else {
      throw MacrostateError(
        .badData,
        "\(source):\(root.mark?.line ?? 1): must be names of \(family)s (NAME:), with settings below each, not "
          + root.brief)
    }
    return try pairs.map { try PartRequest(family, $0, $1, source: source) }
  }

  /// Whether the setting `key` is given.
  public func gives(_ key: String) -> Bool { given.contains { $0.key == key } }

  /// Gives the setting `key` the value `yaml`.
  public mutating func give(_ key: String, _ yaml: String) { given.append(Given(key: key, yaml: yaml)) }

  /// The settings of the part, of which the others are as by default.
  ///
  /// - Throws: `MacrostateError` for a setting that the part does not have, or a value that does not suit it: `usage` for an
  ///   option, `badData` for a file.
  public func settings<Group: SettingsGroup>(_ type: Group.Type = Group.self) throws -> Group {
    var group = Group()
    for entry in given {
      guard let setting = Group.settings.first(where: { $0.path == entry.key }) else {
        let keys = Group.settings.map(\.path)
        let others = keys.isEmpty ? "it has none" : "it has: \(keys.joined(separator: ", "))"
        throw problem(
          "has no setting '\(entry.key)'\(Spelling.hint(for: entry.key, among: keys)); \(others)", entry.place)
      }
      let demand = "needs \(setting.path), \(setting.form)"
      let node = try YAMLDocument.compose(entry.yaml) { _ in entry.place ?? "\(family) '\(name)'" }
      do {
        try setting.read(SettingNode(node ?? Node("")), &group)
      } catch {
        throw problem("\(demand), not \(node?.brief ?? "empty")", entry.place)
      }
      guard setting.demand(group) == nil else { throw problem("\(demand), not \(setting.yaml(group))", entry.place) }
    }
    return group
  }

  /// The error that the part has `problem`, in words that follow its name.
  public func error(_ problem: String) -> MacrostateError { self.problem(problem, nil) }

  private func problem(_ text: String, _ line: String?) -> MacrostateError {
    let place = line ?? place
    return MacrostateError(
      place == nil ? .usage : .badData, "\(place.map { "\($0): " } ?? "")the \(family) '\(name)' \(text)")
  }
}

extension SettingsGroup {
  /// The keys of the settings, and their values in YAML.
  public var values: [(key: String, yaml: String)] { Self.settings.map { ($0.path, $0.yaml(self)) } }
}
