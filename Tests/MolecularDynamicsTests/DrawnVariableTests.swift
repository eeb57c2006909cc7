import Foundation
import MacrostateStorage
import MolecularDynamics
import TestSupport
import Testing

@Suite struct DrawnVariableTests {
  private func values(_ text: String, seed: UInt64 = 1, count: Int = 2000) throws -> [Double] {
    let variable = try DrawnVariable.range(parsing: text)
    return (0..<count).map { variable.value(seed: seed, run: $0) }
  }

  @Test func intervalsAreDrawnUniformly() throws {
    let one = try values("half_l=10:22")
    #expect(one.allSatisfy { (10..<22).contains($0) })
    let mean = one.reduce(0, +) / 2000
    #expect((15.7...16.3).contains(mean))
    let two = try values("half_l=8:10,22:26")
    #expect(two.allSatisfy { (8..<10).contains($0) || (22..<26).contains($0) })
    let lower = two.filter { $0 < 10 }.count
    #expect((600...735).contains(lower), "a third of 2000")
    #expect(Set(try values("n=1,2,5")) == [1, 2, 5])
    #expect(Set(try values("n=7")) == [7])
  }

  @Test func aValueDependsOnSeedNameAndRunAlone() throws {
    #expect(try values("a=0:1") == values("a=0:1"))
    #expect(try values("a=0:1")[5] != values("b=0:1")[5])
    #expect(try values("a=0:1")[5] != values("a=0:1", seed: 2)[5])
    let own = try DrawnVariable.seed(parsing: "velocity_seed=12")
    let shared = try DrawnVariable.seed(parsing: "velocity_seed")
    #expect(own.value(seed: 1, run: 3) == own.value(seed: 2, run: 3))
    #expect(own.value(seed: 1, run: 3) == shared.value(seed: 12, run: 3))
    #expect(shared.value(seed: 1, run: 3) != shared.value(seed: 2, run: 3))
    let seeds = (0..<1000).map { shared.value(seed: 0, run: $0) }
    #expect(seeds.allSatisfy { $0 >= 1 && $0 <= 900_000_000 && $0 == $0.rounded() })
    #expect(Set(seeds).count == 1000)
  }

  @Test func aDataSetKeepsItsWayOfDrawingSeeds() throws {
    let fake = try FakeLAMMPS()
    var earlier = try fake.simulation(runs: 3)
    earlier.drawn = [.earlierSeed(named: "seed"), try .range(parsing: "a=1:2")]
    #expect((0..<100).contains { earlier.drawn[0].value(seed: 7, run: $0) > 900_000_000 })
    let begun = try fake.run(earlier)
    #expect(begun.description.generator.parameters["draw seed"] == "seed")
    let grown = try fake.run(fake.simulation(runs: 5))
    #expect(grown.trajectoryCount == 5)
    for m in 0..<5 {
      #expect(grown.parameters(ofTrajectory: m)["seed"] == earlier.drawn[0].value(seed: 7, run: m))
    }
    try fake.simulation().requireOrigin(of: fake.file("x"))
    let new = try fake.run(fake.simulation(runs: 3), "new")
    #expect(new.description.generator.parameters["draw seed"] == "seed up to 900000000")
    #expect(new.parameters(ofTrajectory: 1)["seed"] != grown.parameters(ofTrajectory: 1)["seed"])
  }

  @Test func scriptsAreReadAsTheyCome() throws {
    let fake = try FakeLAMMPS()
    // CR LF, no last line feed, a quoted #, a letter of Latin-1, and files that include themselves and each other.
    let text =
      "variable dt index 0.005\r\n# \u{1}${comment}\r\nprint \"# ${quoted}\" &\r\n  ${more}\r\ninclude b.in\r\n"
      + "include /dev/null\r\ntimestep ${dt}"
    try (Data("# caf".utf8) + [0xe9, 13, 10] + Data(text.utf8)).write(to: fake.file("a.in"))
    try fake.write(String(repeating: "include a.in\ninclude b.in\n", count: 20) + "print ${b}", "b.in")
    let script = try LAMMPSScript(fake.file("a.in"))
    #expect(script.usedVariables == ["quoted", "more", "dt", "b"])
    #expect(script.timeStep(settings: [:]) == 0.005)
    #expect(script.timeStep(settings: ["dt": "2"]) == 2)
    for depth in 0..<6 {
      try fake.write(String(repeating: "include c\(depth + 1).in\n", count: 10), "c\(depth).in")
    }
    try fake.write("", "c6.in")
    expectError(.badData, containing: "c0.in", "includes more than 10000 files") {
      _ = try LAMMPSScript(fake.file("c0.in"))
    }
    #expect(mkfifo(fake.file("pipe").path, 0o600) == 0)
    try fake.write("include pipe", "d.in")
    expectError(.missingInput, containing: "pipe: ") { _ = try LAMMPSScript(fake.file("d.in")) }
    expectError(.missingInput, containing: "pipe: ") { _ = try LAMMPSScript(fake.file("pipe")) }
  }

  @Test(arguments: ["", "a", "a=", "=1:2", "a=2:1", "a=1:2:3", "a=1:x", "a=1:2,3", "a b=1:2", "a=nan:1", "a=1:1"])
  func otherTextsAreRefused(text: String) {
    let error = #expect(throws: MacrostateError.self) { _ = try DrawnVariable.range(parsing: text) }
    #expect(error?.kind == .usage)
    #expect(error?.message.contains("write NAME=from:to") == true)
  }

  @Test(arguments: ["", "=1", "s=x", "s=-1", "s t"])
  func otherSeedsAreRefused(text: String) {
    let error = #expect(throws: MacrostateError.self) { _ = try DrawnVariable.seed(parsing: text) }
    #expect(error?.message.contains("write NAME or NAME=S") == true)
  }

  @Test func aScriptTellsItsVariablesAndTimeStep() throws {
    let fake = try FakeLAMMPS()
    try fake.write("region r block 0 ${inner} 0 1 0 1\n", "more.in")
    try fake.write(
      """
      variable dt index 0.005   # ${comment}
      variable half index 3
      variable sum equal v_one+2*v_two
      velocity all create $t ${seed} &
        loop ${mode}
      include more.in
      timestep ${dt}
      """, "x.in")
    let script = try LAMMPSScript(fake.file("x.in"))
    #expect(script.usedVariables == ["dt", "one", "two", "t", "seed", "mode", "inner"])
    #expect(script.timeStep(settings: [:]) == 0.005)
    #expect(script.timeStep(settings: ["dt": "0.001"]) == 0.001)
    #expect(try LAMMPSScript(fake.file("in.fake")).timeStep(settings: [:]) == 0.5)
    #expect(try LAMMPSScript(fake.file("more.in")).timeStep(settings: [:]) == nil)
  }

  @Test(arguments: [
    ("timestep 0.002\nrun 100\ntimestep 0.001\ndump 1 all atom 10 x\nrun 100", 0.001),
    ("dump 1 all atom 10 x\nrun 0\ntimestep 0.001\nrun 100", 0.001),
    ("timestep 0.002\ndump 1 all atom 10 x\nrun 100\ntimestep 0.001\nrun 100", nil),
    ("dump 1 all atom 10 x\nrun 100\ntimestep 0.001\nrun 100", nil),
    ("timestep 0.002\ndump 1 all atom 10 x\nlabel l\nrun 100\ntimestep 0.001\njump SELF l", nil),
    ("timestep 0.002\nfix 1 all dt/reset 1 NULL 0.01 0.1\ndump 1 all atom 10 x\nrun 100", nil),
    (
      "variable dt equal 0.002\ntimestep ${dt}\nrun 9\nvariable dt equal 0.001\ntimestep ${dt}\ndump 1 all atom 1 x\nrun 9",
      0.001
    ),
    ("variable dt index 0.002\nvariable dt index 0.001\ntimestep ${dt}", 0.002),
  ])
  func theTimeStepIsThatOfTheFramesThatAreDumped(text: String, value: Double?) throws {
    let fake = try FakeLAMMPS()
    try fake.write(text, "x.in")
    #expect(try LAMMPSScript(fake.file("x.in")).timeStep(settings: [:]) == value)
  }
}
