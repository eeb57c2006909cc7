import Foundation
import MacrostateStorage
import MolecularDynamics
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
    #expect(seeds.allSatisfy { $0 >= 1 && $0 < 0x1p31 && $0 == $0.rounded() })
    #expect(Set(seeds).count == 1000)
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
}
