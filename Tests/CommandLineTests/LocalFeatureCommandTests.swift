import Foundation
import MacrostateKit
import Testing

/// Local environments as features, from files to predictions.
@Suite struct LocalFeatureCommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func dump(_ m: Int) -> [[String]] {
    var random = RandomStream(seed: 8, purpose: .evaluation, set: m)
    let places = (0..<24).map { _ in 8 * random.nextUniform() }
    return (0..<6).map { f in
      (0..<12).map { i in
        let (x, y) = (places[2 * i] * (1 - 0.03 * Float(f)), places[2 * i + 1])
        return "\(i + 1) \(i % 3 == 0 ? 2 : 1) \(x) \(y) 0 \(0.1 * Float(i)) \(0.05 * Float(m))"
      }
    }
  }

  private func write(_ rows: [[String]], _ name: String) throws {
    let frames = rows.enumerated().map { f, rows in
      """
      ITEM: TIMESTEP\n\(100 * f)\nITEM: NUMBER OF ATOMS\n12\nITEM: BOX BOUNDS pp pp pp
      0.0 8.0\n0.0 8.0\n-0.5 0.5\nITEM: ATOMS id type x y z vx vy
      \(rows.joined(separator: "\n"))\n
      """
    }
    try Data(frames.joined().utf8).write(to: scratch.file(name))
  }

  @Test func environmentsAreFeatures() throws {
    for m in 0..<12 { try write(dump(m), "run-\(m).dump") }
    let features = ["neighbour-counts,cutoff=2", "planar-bond-order,nearest=4", "speed"].flatMap { ["--feature", $0] }
    let files = (0..<12).map { "run-\($0).dump" }
    func arguments(_ output: String, _ features: [String]) -> [String] {
      ["import"] + files + features + ["--observable", "mixing-ratio,cutoff=2", "--time-step", "0.01", "--quiet"]
        + ["--features", "vx,vy", "--species", "A,B", "--output", output]
    }
    try scratch.succeed(arguments("x.dataset", features))
    let dataset = try Dataset.open(scratch.file("x.dataset"))
    #expect(dataset.description.featureNames == ["vx", "vy", "count_A", "count_B", "psi_6", "speed"])
    // The first particle of A is atom 2, whose velocity is (0.1, 0.05 m).
    let frame = dataset.frames(ofTrajectory: 4).lowerBound
    let row = dataset.withFeatures(frame: frame, species: 0) { Array($0[..<6]) }
    #expect(abs(row[5] - hypot(0.1, 0.2)) < 1e-5 && row[0] == 0.1)

    try scratch.succeed(["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings())
    try write([dump(4)[0]], "start.dump")
    try scratch.succeed([
      "predict", "run", "--frame", "x.dataset:4:0", "--steps", "2", "--closure", "--output", "a.csv", "--quiet",
    ])
    // From the file, they are computed as for the training.
    try scratch.succeed([
      "predict", "run", "--input", "start.dump", "--species", "A,B", "--steps", "2", "--closure", "--output", "b.csv",
      "--quiet",
    ])
    let tables = try ["a.csv", "b.csv"].map { name in
      try scratch.text(name).split(separator: "\n").dropFirst().map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
    }
    #expect(tables[0].count == 3)
    for (a, b) in zip(tables[0].joined(), tables[1].joined()) { #expect(abs(a - b) < 1e-4) }
    try scratch.succeed([
      "evaluate", "run", "--data", "t=run-3.dump", "--species", "A,B", "--time-step", "0.01", "--quiet",
    ])

    // Velocities are read for the speed, and not stored.
    try scratch.succeed([
      "import", "run-0.dump", "run-1.dump", "--feature", "speed", "--output", "s.dataset", "--quiet",
    ])
    #expect(try Dataset.open(scratch.file("s.dataset")).description.featureNames == ["speed"])

    // Computed otherwise, they are others.
    try scratch.succeed(arguments("y.dataset", ["--feature", "neighbour-counts,cutoff=1.5"] + features.dropFirst(2)))
    try scratch.fail(
      ["evaluate", "run", "--data", "t=y.dataset", "--quiet"], code: 65, containing: ["computed otherwise"])
    try scratch.fail(arguments("z.dataset", ["--feature", "planar-bond"]), code: 64, containing: ["unknown feature"])
    try scratch.fail(
      arguments("z.dataset", ["--feature", "neighbour-counts,cutoff=7"]), code: 65, containing: ["frame 0", "cut-off"])
  }
}
