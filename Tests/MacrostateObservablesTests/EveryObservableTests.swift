import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates
import Testing

/// What every observable of the list must do.
@Suite struct EveryObservableTests {
  private static let names = Observables.names
  private static let species = ["A", "B"]
  private static let mixture = MixtureReference(
    counts: [40, 31], lengths: [12, 16], boundaries: [.periodic, .periodic], seed: 5)

  /// What an observable needs to be asked for, where the defaults do not do. A whole that fills the box is not wrapped.
  private static let settings: [String: [String: String]] = [
    "structure-factor": ["k": "1 2"], "feature-moment": ["feature": "mass"], "moments": ["images": "as-given"],
    "milling": ["images": "as-given"],
  ]

  private func observable(_ name: String, _ box: SimulationBox?) throws -> any Observable {
    if name == TabulatedEnergy.name {
      let table = try PotentialTable([(0, 3), (1, 0.5), (2.5, 0)], place: "here")
      return TabulatedEnergy(TabulatedSettings(), table: table)
    }
    return try Observables.observable(
      PartRequest("observable", named: name, settings: Self.settings[name] ?? [:]), speciesNames: Self.species,
      box: box, dimension: 2)
  }

  private func values(
    _ name: String, _ mixture: MixtureReference, features: [[Float]]? = nil
  ) throws -> [Double] {
    try values(observable(name, mixture.box), mixture, features: features)
  }

  private func values(
    _ observable: any Observable, _ mixture: MixtureReference, features: [[Float]]? = nil
  ) throws -> [Double] {
    let frame = Trajectory.Frame(
      time: 0, positions: mixture.positions, features: features ?? Self.features(mixture.positions))
    return try observable.evaluate(frame, dimension: 2, box: mixture.box, featureNames: Self.featureNames)
  }

  private static let featureNames = ["vx", "vy", "mass", "heading", "molecule"]

  /// Features of the place in the periodic box: a molecule is what one species has in a tile of 3 × 4.
  private static func features(_ positions: [[Float]]) -> [[Float]] {
    positions.enumerated().map { species, points in
      stride(from: 0, to: points.count, by: 2).flatMap { i -> [Float] in
        func within(_ x: Float, _ length: Float) -> Float { x - length * (x / length).rounded(.down) }
        let (x, y) = (within(points[i], 12), within(points[i + 1], 16))
        let tile = (x / 3).rounded(.down) * 4 + (y / 4).rounded(.down)
        return [x - 5, y * x / 20, 1 + x / 12, x + y, 2 * tile + Float(species)]
      }
    }
  }

  /// The greatest difference, beside the greatest value.
  private func difference(_ a: [Double], _ b: [Double]) -> Double {
    let size = a.map(abs).max() ?? 0
    return a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max().map { $0 / size } ?? 0 : .infinity
  }

  @Test(arguments: names) func hasAsManyValuesAsNames(name: String) throws {
    let observable = try observable(name, Self.mixture.box)
    let names = observable.descriptions.map(\.name)
    #expect(try !names.isEmpty && values(name, Self.mixture).count == names.count && Set(names).count == names.count)
    #expect(try values(name, Self.mixture).allSatisfy(\.isFinite))
    #expect(observable.descriptions.allSatisfy { $0.definition?.observable == name })
  }

  @Test(arguments: names) func comesBackFromItsDefinition(name: String) throws {
    for box in [Self.mixture.box, nil, SimulationBox(origin: [0, 0], lengths: [3, 4], boundaries: [.open, .open])] {
      let observable = try observable(name, box)
      let again = try Observables.observable(observable.definition, speciesNames: Self.species)
      #expect(again.descriptions == observable.descriptions)
      #expect(try values(again, Self.mixture) == values(observable, Self.mixture))
    }
  }

  @Test(arguments: names) func theOrderWithinASpeciesDoesNotMatter(name: String) throws {
    var other = Self.mixture
    other.positions = other.positions.map { points in
      stride(from: points.count - 2, through: 0, by: -2).flatMap { points[$0..<($0 + 2)] }
    }
    #expect(try difference(values(name, Self.mixture), values(name, other)) < 1e-12)
  }

  /// By binary fractions, so that hardly a coordinate is rounded, and whole periods.
  @Test(arguments: names) func thePlaceInAPeriodicBoxDoesNotMatter(name: String) throws {
    var exact = Self.mixture
    exact.positions = exact.positions.map { $0.map { ($0 * 1024).rounded() / 1024 } }
    var moved = exact
    moved.positions = moved.positions.map { points in
      points.enumerated().map { $1 + ($0 % 2 == 0 ? 12 + 1.375 : -16 + 0.25) }
    }
    let features = Self.features(exact.positions)
    #expect(try difference(values(name, exact), values(name, moved, features: features)) < 1e-12)
  }

  @Test(arguments: names) func twiceTheSystemHasTheSameValuesWhereItSaysSo(name: String) throws {
    guard try Observables.type(named: name).isLocal else { return }
    var twice = Self.mixture
    twice.positions = twice.positions.map { points in points + points.enumerated().map { $1 + ($0 % 2 == 0 ? 12 : 0) } }
    twice.box?.lengths[0] = 24
    #expect(try difference(values(name, Self.mixture), values(name, twice)) < 0.05)
  }

  @Test(arguments: names) func statesWithoutPositionsAreRefusedWhereTheyAreNeeded(name: String) throws {
    let (observable, kind) = (try observable(name, nil), try Observables.type(named: name))
    let states = Trajectory.Frame(time: 0, positions: [[], []], features: [[1, 2], [3]])
    let values = Result { try observable.evaluate(states, dimension: 0, featureNames: ["u"]) }
    guard kind.needsPositions else {
      // Of features that are not there.
      let error = #expect(throws: MacrostateError.self) { try values.get() }
      return #expect(error?.kind == .badData)
    }
    let error = #expect(throws: MacrostateError.self) { try values.get() }
    #expect(error?.kind == .badData && error?.message.contains("'\(name)' needs positions") == true)
  }

  @Test(arguments: names) func aFrameWithoutParticlesEndsInAnErrorOrANumber(name: String) throws {
    let observable = try observable(name, nil)
    for frame in [
      Trajectory.Frame(time: 0, positions: [[], []]), Trajectory.Frame(time: 0, positions: [[1, 2], []]),
    ] {
      do {
        #expect(try observable.evaluate(frame, dimension: 2).count == observable.descriptions.count)
      } catch let error as MacrostateError {
        #expect(error.kind == .badData)
      }
    }
    // Another number of species is an error, where species matter.
    let one = Result { try observable.evaluate(Trajectory.Frame(time: 0, positions: [[1, 2, 3, 4]]), dimension: 2) }
    if case .failure(let error) = one { #expect((error as? MacrostateError)?.kind == .badData) }
  }
}
