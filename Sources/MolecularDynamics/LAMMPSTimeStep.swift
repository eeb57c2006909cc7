/// The time of a step of LAMMPS, as the lines of a script say it from the first to the last.
struct LAMMPSTimeStep {
  /// The texts of variables; those that LAMMPS is given go before those of the script.
  private var variables: [String: String]
  private let given: Set<String>
  /// The time step of the last command `timestep`; nil where there is none, or its text is no number.
  private var current: Double?
  /// Whether frames may have been written since.
  private var dumps = false
  /// The time steps of the runs that a dump may see.
  private var seen: [Double?] = []
  /// Whether the script may come back to lines that it has passed.
  private var jumps = false
  /// Whether LAMMPS itself changes it.
  private var isAdapted = false

  init(_ script: LAMMPSScript, settings: [String: String]) {
    (variables, given) = (settings, Set(settings.keys))
    jumps = script.commands.contains { $0.first == "jump" }
    for words in script.commands { follow(words) }
  }

  /// Whether it is not the same in all that is dumped.
  var changes: Bool { isAdapted || Set(seen).count > 1 }

  /// The one of all that is dumped; nil where it is not known.
  var value: Double? { changes ? nil : seen.first ?? current }

  private mutating func follow(_ words: [String]) {
    switch words.first {
    case "variable" where words.count > 3: define(words)
    case "timestep" where words.count > 1:
      current = number(words[1])
      if jumps, dumps { seen.append(current) }
    case "dump": dumps = true
    case "run" where dumps && words.dropFirst().first != "0": seen.append(current)
    case "fix" where words.count > 3 && words[3] == "dt/reset": isAdapted = true
    default: break
    }
  }

  private mutating func define(_ words: [String]) {
    let (name, style) = (words[1], words[2])
    guard !given.contains(name), ["index", "equal", "string"].contains(style) else { return }
    // The first word of an index stays, whatever is said later.
    if style != "index" || variables[name] == nil { variables[name] = words[3] }
  }

  private func number(_ word: String) -> Double? {
    guard word.hasPrefix("$") else { return Double(word) }
    var name = word.dropFirst()
    if name.hasPrefix("{"), name.hasSuffix("}") { name = name.dropFirst().dropLast() }
    return variables[String(name)].flatMap { Double($0) }
  }
}

extension LAMMPSScript {
  /// The time of a step, where `timestep` says a number, or a variable that `settings` or the script says, and the same
  /// one for all that is dumped.
  public func timeStep(settings: [String: String]) -> Double? { LAMMPSTimeStep(self, settings: settings).value }

  /// Whether the time of a step changes while frames are dumped, so that their steps do not tell their times.
  func changesTimeStep(settings: [String: String]) -> Bool { LAMMPSTimeStep(self, settings: settings).changes }

  /// Whether the dump says its times itself, by `dump_modify ID time yes`.
  public var dumpsTimes: Bool {
    commands.contains { words in
      words.first == "dump_modify" && zip(words, words.dropFirst()).contains { $0 == ("time", "yes") }
    }
  }
}
