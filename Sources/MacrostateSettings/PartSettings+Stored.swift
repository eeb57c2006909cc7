/// The choice as stored models have it: the name of the part, and its settings by their keys, as in YAML.
extension PartSettings: Codable {
  private enum CodingKeys: CodingKey { case kind, settings }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(kind.rawValue, forKey: .kind)
    try values.encode(
      Dictionary(chosenSettings.map { ($0.key, $0.yaml(self)) }) { first, _ in first }, forKey: .settings)
  }

  /// - Throws: `DecodingError` for a part that this program does not have, or settings that no part can have.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func require(_ condition: Bool, _ problem: String) throws {
      if condition { return }
      throw DecodingError.dataCorruptedError(forKey: .settings, in: values, debugDescription: problem)
    }
    self.init()
    kind = PartName(rawValue: try values.decode(String.self, forKey: .kind))
    try require(
      kind.demand == nil, "'\(kind.rawValue)' is no part of this program, which has \(PartName<Family>.typePhrase)")
    var stored = try values.decode([String: String].self, forKey: .settings)
    for setting in chosenSettings {
      guard let text = stored.removeValue(forKey: setting.key) else { continue }
      do { try setting.read(SettingNode(yaml: text), &self) } catch {
        try require(false, "\(setting.key) \(error.message)")
      }
    }
    try require(stored.isEmpty, "\(stored.keys.sorted().joined(separator: ", ")): no settings of '\(kind.rawValue)'")
    if let problem { try require(false, problem) }
  }

  /// The problem with the settings of the part that is chosen; nil for good ones.
  public var problem: String? {
    for setting in chosenSettings {
      if let demand = setting.demand(self) { return "\(setting.key) must be \(demand), not \(setting.yaml(self))" }
    }
    return Self.rules.lazy.compactMap { $0.complaint(self) { $0 } }.first
  }
}
