import MacrostateStorage
import Yams

/// Walks YAML against the settings of `Root` and remembers where each setting was set, for the messages.
struct SettingsReader<Root: SettingsRoot> {
  private var configuration: Root
  /// The place where each setting was set by this reader.
  private var places: [String: String] = [:]
  /// The settings that were set one by one, after a file.
  private var assigned: Set<String> = []
  private let forAnyKind: Bool
  /// Whether the file that was read has the keys of all kinds.
  private var isWhole = false

  /// A reader that changes `configuration`.
  ///
  /// - Parameter forAnyKind: whether settings of kinds that are not chosen may be set.
  init(_ configuration: Root, forAnyKind: Bool = false) {
    self.configuration = configuration
    self.forAnyKind = forAnyKind
  }

  /// Takes over the settings in `text`, which messages call `source`. A byte order mark, which some editors put before a
  /// text, is no part of it.
  mutating func read(_ text: String, source: String) throws {
    let text = String(text.trimmingPrefix("\u{FEFF}"))
    guard let root = try YAMLDocument.compose(text, place: { "\(source):\($0)" }), !root.isEmptyScalar else { return }
    defer {
      // Earlier versions knew no parts of the user's.
      let known = Parts([]).use { Root.settings.count }
      isWhole = Double(places.count) > Self.shareOfWholeFiles * Double(known)
    }
    let top = Root.sections.first { $0.name.isEmpty }
    for (key, value) in try pairs(of: root, source: source, what: "a configuration must be keys with values") {
      let place = Self.place(source, key)
      let name = key.scalar?.string ?? key.brief
      if let section = Root.sections.first(where: { $0.name == name && !name.isEmpty }) {
        try read(value, section: section, source: source)
      } else if let setting = top?.settings.first(where: { $0.key == name }) {
        try read(value, setting, at: Self.place(source, key), source: source)
      } else {
        let names = Root.sections.map(\.name) + (top?.settings.map(\.key) ?? [])
        throw Self.unknown(name, among: names.filter { !$0.isEmpty }, in: nil, at: place, .badData)
      }
    }
  }

  /// Earlier versions wrote the keys of all kinds into a run's file, as `--explain-configuration` does: of a file with so many
  /// of all keys, what is for kinds that are not chosen is left out with a word.
  private static var shareOfWholeFiles: Double { 0.9 }

  /// Takes over one setting, `a.b=value`.
  mutating func assign(_ assignment: String) throws {
    let place = "--set \(assignment)"
    guard let equals = assignment.firstIndex(of: "=") else {
      throw MacrostateError(.usage, "\(place): must be a.b=value, such as density.bins=16")
    }
    let path = String(assignment[..<equals])
    let text = String(assignment[assignment.index(after: equals)...])
    let setting = try Self.setting(named: path, at: place)
    guard var node = try YAMLDocument.compose(text, place: { _ in place }) else {
      throw MacrostateError(.badData, "\(place): no value; \(setting.path) must be \(setting.form)")
    }
    if path.count > setting.path.count {
      node = Node([(Node(String(path.dropFirst(setting.path.count + 1))), node)])
    }
    try read(node, setting, at: place, source: nil)
    assigned.insert(setting.path)
  }

  /// The configuration, after all limits and rules have been checked.
  func finish() throws -> Root {
    var result = configuration
    if !forAnyKind { try leaveOutOthers(&result) }
    for setting in Root.settings {
      guard let demand = setting.demand(result) else { continue }
      throw complaint("\(setting.path) must be \(demand), not \(setting.yaml(result))", about: [setting.path])
    }
    for rule in Root.sections.flatMap(\.rules) + Root.rules {
      if let text = rule.complaint(result, { $0 }) { throw complaint(text, about: rule.paths) }
    }
    return result
  }

  /// Settings of kinds that are not chosen and that are not as by default: an error where they were set together with, or
  /// after, the kind; left out, with a word, where another kind was chosen after them, or where a file has all keys.
  private func leaveOutOthers(_ result: inout Root) throws {
    let defaults = Root()
    for setting in Root.settings {
      guard let obstacle = setting.obstacle(result), setting.yaml(result) != setting.yaml(defaults) else { continue }
      let purpose = "\(setting.path) is for \(obstacle.text), and \(obstacle.path) is \(obstacle.chosen(result))"
      let mayBeLeftOut = !assigned.contains(setting.path) && (isWhole || assigned.contains(obstacle.path))
      if places[setting.path] != nil && !mayBeLeftOut {
        throw complaint("\(purpose): leave it out, or choose what it is for", about: [setting.path])
      }
      guard places[obstacle.path] != nil else { continue }
      result.chosen.notes.append("\(purpose): its value \(setting.yaml(result)) is left out")
      setting.copy(defaults, &result)
      result.chosen.paths.remove(setting.path)
    }
  }

  private mutating func read(_ node: Node, section: SettingSection<Root>, source: String) throws {
    if node.isEmptyScalar { return }
    let what = "'\(section.name)' must be keys with values below it"
    for (key, value) in try pairs(of: node, source: source, what: what) {
      let name = key.scalar?.string ?? key.brief
      guard let setting = section.settings.first(where: { $0.key == name }) else {
        throw Self.unknown(
          name, among: section.settings.map(\.key), in: section, at: Self.place(source, key), .badData)
      }
      try read(value, setting, at: Self.place(source, key), source: source)
    }
  }

  /// Reads one value; `source` is the file's name, for problems with a line of their own.
  private mutating func read(_ node: Node, _ setting: Setting<Root>, at place: String, source: String?) throws {
    do {
      try setting.read(SettingNode(node), &configuration)
      places[setting.path] = place
      configuration.chosen.paths.insert(setting.path)
    } catch {
      let exact = source.flatMap { name in error.line.map { "\(name):\($0)" } }
      throw MacrostateError(.badData, "\(exact ?? place): \(setting.path) \(error.message)")
    }
  }

  private func pairs(of node: Node, source: String, what: String) throws -> Node.Mapping {
    guard case .mapping(let pairs) = node else {
      throw MacrostateError(.badData, "\(Self.place(source, node)): \(what), not \(node.brief)")
    }
    return pairs
  }

  private func complaint(_ text: String, about paths: [String]) -> MacrostateError {
    let place = paths.lazy.compactMap { places[$0] }.first
    return MacrostateError(.badData, place.map { "\($0): \(text)" } ?? text)
  }

  private static func place(_ source: String, _ node: Node) -> String {
    node.mark.map { "\(source):\($0.line)" } ?? source
  }

  /// The setting at `path`, or the one that `path` is an entry of (`data.tests.in-dst`).
  private static func setting(named path: String, at place: String) throws -> Setting<Root> {
    if let setting = Root.settings.first(where: { path == $0.path || path.hasPrefix($0.path + ".") }) {
      return setting
    }
    let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let section = Root.sections.first(where: { $0.name == parts[0] && !$0.name.isEmpty }) else {
      let names = Root.sections.map(\.name) + Root.settings.map(\.path)
      throw unknown(path, among: names.filter { !$0.isEmpty }, in: nil, at: place, .usage)
    }
    guard parts.count == 2 else {
      let keys = section.settings.map(\.path).joined(separator: ", ")
      throw MacrostateError(.usage, "\(place): '\(path)' is a group of settings; set one of \(keys)")
    }
    throw unknown(parts[1], among: section.settings.map(\.key), in: section, at: place, .usage)
  }

  private static func unknown(
    _ name: String, among names: [String], in section: SettingSection<Root>?, at place: String,
    _ kind: MacrostateError.Kind
  ) -> MacrostateError {
    let elsewhere = Root.settings.first { $0.key == name }?.path
    let remedy =
      if let guess = Spelling.closest(to: name, among: names) ?? elsewhere {
        "(did you mean '\(guess)'?)"
      } else {
        "(the keys \(section.map { "of '\($0.name)'" } ?? "here") are \(names.joined(separator: ", ")))"
      }
    return MacrostateError(kind, "\(place): unknown key '\(name)' \(remedy)")
  }
}
