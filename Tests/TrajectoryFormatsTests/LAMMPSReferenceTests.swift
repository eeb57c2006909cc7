import Foundation
import Microstates
import Testing
import TrajectoryFormats

/// Frames as imported, against what LAMMPS itself computed of them (Tests/Fixtures/lammps/reference.in).
@Suite struct LAMMPSReferenceTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/lammps")

  /// The rows of reference.csv: atoms, energy and the pairs AA, AB, BA, BB by step.
  private static func numbers() throws -> [Int: [Double]] {
    let text = try String(contentsOf: fixtures.appendingPathComponent("reference.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    return Dictionary(uniqueKeysWithValues: rows.map { (Int($0[0]), Array($0.dropFirst())) })
  }

  @Test(arguments: ["reference.dump", "reference-scaled.dump.gz", "reference-unwrapped.dump"])
  func energiesAndPairsAreLAMMPSs(file: String) throws {
    let numbers = try Self.numbers()
    let source = try LAMMPSDumpSource(
      [Self.fixtures.appendingPathComponent(file)], options: .init(speciesNames: ["A", "B"]))
    let box = try #require(source.box)
    #expect(box == SimulationBox(origin: [-3, 1], lengths: [8, 8], boundaries: [.periodic, .reflecting]))
    let frames = try source.trajectory(0).frames
    #expect(frames.count == numbers.count)
    for frame in frames {
      let expected = try #require(numbers[Int(frame.time)])
      let mixture = Mixture(frame, box)
      #expect(Double(mixture.points.count) == expected[0])
      #expect(abs(mixture.energy - expected[1]) < 2e-5 * abs(expected[1]), "step \(frame.time): \(mixture.energy)")
      #expect(mixture.pairs.map(Double.init) == Array(expected[2...]))
    }
    #expect(Set(frames.map { $0.positions.joined().count }).count == 2, "atoms were deleted on the way")
  }
}

/// Energy and neighbours pair by pair, in double precision.
private struct Mixture {
  var points: [(type: Int, x: Double, y: Double)] = []
  var energy = 0.0
  /// Ordered pairs AA, AB, BA, BB within 2.5.
  var pairs = [0, 0, 0, 0]

  init(_ frame: Trajectory.Frame, _ box: SimulationBox) {
    for (type, values) in frame.positions.enumerated() {
      for i in stride(from: 0, to: values.count, by: 2) {
        points.append((type, Double(values[i]), Double(values[i + 1])))
      }
    }
    for (i, a) in points.enumerated() {
      for (j, b) in points.enumerated() where i != j {
        let x = (a.x - b.x) - box.lengths[0] * ((a.x - b.x) / box.lengths[0]).rounded()
        let r2 = x * x + (a.y - b.y) * (a.y - b.y)
        guard r2 < 6.25 else { continue }
        pairs[2 * a.type + b.type] += 1
        let (epsilon, sigma) = [(0.5, 1.0), (0.7, 0.9), (0.6, 0.9)][a.type + b.type]
        let s6 = (sigma * sigma / r2) * (sigma * sigma / r2) * (sigma * sigma / r2)
        energy += 2 * epsilon * (s6 * s6 - s6)
      }
    }
  }
}
