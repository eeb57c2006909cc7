extension SettingsRoot {
  /// The settings that give another result than those of `other`, a line each: `density.bins is 16, not 8`.
  ///
  /// Threads and intervals of logging and checkpoints are left out: they may change while a run is carried on.
  public func resultDifferences(from other: Self) -> [String] {
    Self.settings.filter(\.affectsResult).compactMap { setting in
      guard setting.obstacle(self) == nil || setting.obstacle(other) == nil else { return nil }
      guard identity(setting) != other.identity(setting) else { return nil }
      let (mine, others) = (setting.yaml(self), setting.yaml(other))
      // Where the spelling alone is the same, it follows from another setting, which is named.
      return mine == others ? nil : "\(setting.path) is \(mine), not \(others)"
    }
  }

  /// All settings; those that had another order before are in that one, in the places that they have together.
  private static var settingsInEarlierOrder: [Setting<Self>] {
    var all = settings
    let places = all.indices.filter { earlierOrder.contains(all[$0].path) }
    let moved = earlierOrder.compactMap { path in all.first { $0.path == path } }
    for (place, setting) in zip(places, moved) { all[place] = setting }
    return all
  }

  /// Sixteen hexadecimal digits that name a result: equal exactly where `resultDifferences` is empty.
  ///
  /// It is the 64-bit FNV-1a hash of the lines `path=value` of those settings that are not the default. A key that is
  /// added with a default that leaves results as they were thus keeps their names.
  public var resultHash: String {
    let defaults = Self()
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for setting in Self.settingsInEarlierOrder where setting.affectsResult {
      let value = identity(setting)
      guard value != defaults.identity(setting) else { continue }
      for byte in "\(setting.path)=\(value)\n".utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
