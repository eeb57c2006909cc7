import Foundation
import MacrostateStorage
import Microstates
import TrajectoryFormats

/// Many runs of one input script of LAMMPS, each with its own values of some variables, and what is made of their dumps.
///
///     var simulation = LAMMPSSimulation(script: try LAMMPSScript(url), runCount: 100, seed: 1)
///     simulation.drawn = [try .range(parsing: "half_l=10:22"), .seed(named: "seed")]
///     try simulateLAMMPS(simulation, to: dataset, …)
public struct LAMMPSSimulation: Sendable {
  /// The script.
  public var script: LAMMPSScript
  /// The number of runs, which become as many trajectories.
  public var runCount: Int
  /// The seed; what run m is given depends on the seed and m alone.
  public var seed: UInt64
  /// Variables that differ from run to run. They are kept as the trajectories' parameters.
  public var drawn: [DrawnVariable] = []
  /// Variables that all runs share, by name.
  public var settings: [String: String] = [:]
  /// Files that the script reads by names without a folder.
  public var files: [URL] = []
  /// The observables.
  public var observables: ObservableRequest
  /// The frames whose positions are kept.
  public var positions = FrameSelection.all
  /// The names of types 1 … S; `type-1`, … if `nil`.
  public var speciesNames: [String]?
  /// The time of a step of LAMMPS; that of the script if `nil`.
  public var timeStep: Double?
  /// The dimension of space; that of the dump if `nil`.
  public var dimension: Int?
  /// Whether the dumps are kept after their import.
  public var keepsDumps = false

  /// Runs of `script` that draw nothing but the variable `seed`, if the script uses that.
  public init(script: LAMMPSScript, runCount: Int, seed: UInt64, observables: ObservableRequest) {
    self.script = script
    self.runCount = runCount
    self.seed = seed
    self.observables = observables
    if script.usedVariables.contains("seed") { drawn = [.seed(named: "seed")] }
  }

  /// Draws one more variable; a variable of that name that was drawn otherwise gives way.
  public mutating func draw(_ variable: DrawnVariable) {
    drawn.removeAll { $0.name == variable.name }
    drawn.append(variable)
  }

  /// The variables of run m that differ from run to run, in the order of `drawn`.
  public func values(run m: Int) -> [Double] { drawn.map { $0.value(seed: seed, run: m) } }

  /// All variables of run m by name, as LAMMPS is given them.
  func variables(run m: Int) -> [(name: String, value: String)] {
    zip(drawn, values(run: m)).map { ($0.name, Int(exactly: $1).map(String.init) ?? String($1)) }
      + settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Run m for people: "run 12 (half_l = 13.2, seed = 7)".
  func name(run m: Int) -> String {
    let variables = variables(run: m).map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    return variables.isEmpty ? "run \(m)" : "run \(m) (\(variables))"
  }

  /// The time of a step of LAMMPS in run m; `nil` where the dump says its times, or it is not known, and times are
  /// steps.
  public func stepTime(run m: Int) -> Double? {
    timeStep ?? (script.dumpsTimes ? nil : script.timeStep(settings: texts(run: m)))
  }

  /// The texts of all variables of run m by name.
  private func texts(run m: Int) -> [String: String] {
    Dictionary(variables(run: m).map { ($0.name, $0.value) }) { first, _ in first }
  }

  /// The time of a step where all runs have the same.
  private var commonStepTime: Double? {
    // A variable that is drawn has no one number.
    let undrawn = settings.merging(drawn.map { ($0.name, "drawn") }) { first, _ in first }
    return timeStep ?? script.timeStep(settings: undrawn)
  }

  /// Sets a variable for all runs; the default drawing of `seed` gives way.
  public mutating func set(_ name: String, to value: String) {
    drawn.removeAll { $0.isSeed && $0.ownSeed == nil && name == "seed" && $0.name == name }
    settings[name] = value
  }

  /// Checks everything that can be checked before anything runs.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for a variable that the script does not use, for one that is named
  ///   twice, for runs that would all be the same, and for files that cannot stand beside each other; `missingInput` for
  ///   one that is not there.
  public func validate() throws {
    func fail(_ problem: String) -> MacrostateError { MacrostateError(.usage, "\(script.url.path): \(problem)") }
    guard runCount > 0, Int32(exactly: runCount) != nil else {
      throw fail("\(runCount) runs; there must be at least one")
    }
    let used = script.usedVariables
    for name in drawn.map(\.name) + settings.keys.sorted() where !used.contains(name) {
      let names = used.isEmpty ? "it uses none" : "it uses \(used.sorted().joined(separator: ", "))"
      throw fail("the script does not use the variable '\(name)' (as ${\(name)} or v_\(name)); \(names)")
    }
    if let twice = drawn.first(where: { settings[$0.name] != nil }) {
      throw fail("the variable '\(twice.name)' is both set and drawn; leave one out")
    }
    guard runCount == 1 || !drawn.isEmpty else {
      throw fail(
        "\(runCount) runs would all be the same: draw a variable (--vary name=from:to), or use ${seed} in the script as "
          + "the seed of its velocities")
    }
    if let timeStep, !(timeStep.isFinite && timeStep > 0) {
      throw fail("time step \(timeStep): it must be a positive number")
    }
    guard timeStep != nil || script.dumpsTimes || !script.changesTimeStep(settings: texts(run: 0)) else {
      throw fail(
        "the time step changes while frames are dumped (timestep, fix dt/reset), so that their steps do not tell their "
          + "times; let the dump say them: dump_modify ID time yes, with the dump's ID, after the command dump")
    }
    try validateFiles()
  }

  /// Checks that the data set at `dataset` consists of these runs, whichever version of LAMMPS made them.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names what differs.
  public func requireOrigin(of dataset: URL) throws {
    guard let present = try DatasetWriter.existing(dataset)?.description.generator else { return }
    let wanted = try keepingSeeds(of: present).generator(version: "")
    let differing = Set(present.parameters.keys).union(wanted.parameters.keys).filter {
      $0 != DatasetDescription.Generator.engineKey && present.parameters[$0] != wanted.parameters[$0]
    }
    let names = (present.name != wanted.name ? ["program"] : []) + (present.seed != wanted.seed ? ["seed"] : [])
    guard names.isEmpty, differing.isEmpty else {
      throw MacrostateError(
        .badData,
        "\(dataset.path): the data set there was made with other settings "
          + "(\((names + differing.sorted()).joined(separator: ", "))); choose another output, or remove it")
    }
  }

  /// These runs with seeds as `present`, what made a data set, has drawn them: its other runs must draw theirs alike.
  func keepingSeeds(of present: DatasetDescription.Generator) -> LAMMPSSimulation {
    var result = self
    result.drawn = drawn.map { variable in
      let earlier = DrawnVariable.earlierSeed(named: variable.name, from: variable.ownSeed)
      let isEarlier = variable.isSeed && present.parameters[Self.key(variable)] == .text(earlier.text)
      return isEarlier ? earlier : variable
    }
    return result
  }

  private static func key(_ variable: DrawnVariable) -> String { "draw \(variable.name)" }

  /// The program and the settings that made the data set.
  func generator(version: String) throws -> DatasetDescription.Generator {
    var parameters: [String: StoredSetting] = [
      DatasetDescription.Generator.engineKey: .text("LAMMPS \(version)"), "script": .text(script.url.lastPathComponent),
      "script crc32": .number(Double(script.checksum.value)),
    ]
    for variable in drawn { parameters[Self.key(variable)] = .text(variable.text) }
    for (name, value) in settings { parameters["set \(name)"] = .text(value) }
    for file in files { parameters[Self.key(file)] = try Self.checksum(file) }
    if let commonStepTime { parameters["time step"] = .number(commonStepTime) }
    if positions != .all { parameters["positions of frames"] = .text(positions.text) }
    return DatasetDescription.Generator(name: "lammps", seed: seed, parameters: parameters)
  }
}
