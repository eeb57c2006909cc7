import Foundation
import MacrostateKit
import Testing

/// A box with periodic axes, from the dump to the prediction.
@Suite struct PeriodicBoxTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Four particles of which two drift, close together, over the edge of a box of length 10 in y.
  private func atoms(_ m: Int, _ f: Int) -> [(x: Double, y: Double)] {
    let y: Double = 9.2 + 0.11 * Double(m) + 0.2 * Double(f)
    return [(5, y), (5, y + 0.2), (1 + 0.1 * Double(f), 3), (2, 3 - 0.05 * Double(m))]
  }

  private func writeDumps() throws {
    for m in 0..<12 {
      let frames = (0..<6).map { f -> String in
        let rows = atoms(m, f).enumerated().map { i, atom in
          "\(i + 1) \(atom.x) \(atom.y >= 10 ? atom.y - 10 : atom.y) 0"
        }
        return """
          ITEM: TIMESTEP\n\(100 * f)\nITEM: NUMBER OF ATOMS\n4\nITEM: BOX BOUNDS pp pp pp
          0.0 8.0\n0.0 10.0\n-0.5 0.5\nITEM: ATOMS id x y z
          \(rows.joined(separator: "\n"))\n
          """
      }
      try Data(frames.joined().utf8).write(to: scratch.file("run-\(m).dump"))
    }
  }

  private func importDumps(_ observable: String, to output: String) throws -> Outcome {
    try scratch.succeed(
      ["import"] + (0..<12).map { "run-\($0).dump" }
        + ["--observable", observable, "--time-step", "0.01", "--output", output, "--quiet"])
  }

  /// The least distance of two coordinates over the images of a period.
  private func distance(_ first: Double, _ second: Double, period: Double) -> Double {
    var least = Double.infinity
    for k in -2...2 { least = min(least, abs(first - second + period * Double(k))) }
    return least
  }

  /// The mean over the pairs of frame f of run m, each by its nearest image.
  private func energy(_ m: Int, _ f: Int, a: Double = 4, b: Double = 0.1) -> Double {
    let atoms = atoms(m, f)
    var sum = 0.0
    for i in 0..<4 {
      for j in 0..<i {
        let dx = distance(atoms[i].x, atoms[j].x, period: 8)
        let dy = distance(atoms[i].y, atoms[j].y, period: 10)
        let u: Double = a * (1 - hypot(dx, dy))
        sum += log(cosh(u)) / a + b * u / a
      }
    }
    return sum / 6
  }

  @Test func energiesAndPredictionsTakeTheNearestImage() throws {
    try writeDumps()
    let plain = try importDumps("pair-energy", to: "plain.dataset")
    #expect(plain.errors.contains("warning: pair-energy is the energy of the paper's tanh force"))
    #expect(plain.errors.contains("--observables"))
    let named = try importDumps("pair-energy:tanh", to: "x.dataset")
    #expect(!named.errors.contains("tanh"))
    let other = try importDumps("pair-energy:tanh,a=2,b=-0.5", to: "other.dataset")
    #expect(other.errors.isEmpty)
    for (name, a, b) in [("plain", 4.0, 0.1), ("x", 4, 0.1), ("other", 2, -0.5)] {
      let dataset = try Dataset.open(scratch.file("\(name).dataset"))
      for m in 0..<12 {
        for f in 0..<6 {
          let value = dataset.observables(ofFrame: dataset.frames(ofTrajectory: m).lowerBound + f)[0]
          #expect(abs(value - energy(m, f, a: a, b: b)) < 1e-5)
        }
      }
      #expect(
        dataset.observables[0].definition
          == .init(observable: "pair-energy:tanh", settings: ["a": .number(a), "b": .number(b)]))
    }
    try predictFromWrappedAndUnwrapped()
  }

  private func predictFromWrappedAndUnwrapped() throws {
    try scratch.succeed(["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings())
    let dataset = try Dataset.open(scratch.file("x.dataset"))
    let predict = ["predict", "run", "--steps", "2", "--closure", "--output", "y.csv", "--quiet"]
    #expect(try scratch.succeed(predict + ["--frame", "x.dataset:0:5"]).errors.contains("its box") == false)
    let expected = try scratch.text("y.csv")
    let inside = dataset.withPositions(frame: 5, species: 0) { $0.map(Double.init) }
    // Some of them periods away: binary fractions, which keep their bits.
    let away = inside.enumerated().map { i, x in i % 3 == 0 ? x + (i % 2 == 0 ? 8 * 4096 : -10 * 512) : x }
    for (name, positions) in [("in.npy", inside), ("away.npy", away)] {
      try NumPyFile.write(positions, shape: [4, 2], to: scratch.file(name))
      try scratch.succeed(predict + ["--input", name])
      let rows = try scratch.text("y.csv").split(separator: "\n").dropFirst()
      for (row, right) in zip(rows, expected.split(separator: "\n").dropFirst()) {
        for (a, b) in zip(row.split(separator: ","), right.split(separator: ",")) {
          #expect(abs((Double(a) ?? .nan) - (Double(b) ?? .nan)) < 1e-4, "\(name)")
        }
      }
    }
    try NumPyFile.write(inside.map { $0 + 1e17 }, shape: [4, 2], to: scratch.file("absurd.npy"))
    try scratch.fail(
      predict + ["--input", "absurd.npy"], code: 65, containing: ["absurd.npy: particle 0: its position", "wrapped"])

    // A frame of data in another box is predicted, with a word.
    try scratch.write("open.npy", inside.map(Float.init) + inside.map(Float.init), [2, 4, 2])
    try scratch.succeed([
      "import", "open.npy", "--observable", "pair-energy:tanh", "--output", "open.dataset", "--quiet",
    ])
    let outcome = try scratch.succeed(predict + ["--frame", "open.dataset:0:0"])
    let otherBox = "its box is open space, and not 0.0 … 8.0 periodic"
    #expect(outcome.errors.contains(otherBox))
    let errors = try scratch.succeed(["evaluate", "run", "--data", "t=open.dataset", "--quiet"]).errors
    #expect(errors.contains("warning: t: ") && errors.contains(otherBox))

    // So are observables of the same name that were computed otherwise.
    let otherEnergy = "its observable 'pair-energy' is pair-energy:tanh,a=2,b=-0.5, and not pair-energy:tanh,a=4,b=0.1"
    for arguments in [predict + ["--frame", "other.dataset:0:0"], ["evaluate", "run", "--data", "t=other.dataset"]] {
      #expect(try scratch.succeed(arguments).errors.contains(otherEnergy))
    }
    #expect(try !scratch.succeed(predict + ["--frame", "plain.dataset:0:0"]).errors.contains("its observable"))
  }
}
