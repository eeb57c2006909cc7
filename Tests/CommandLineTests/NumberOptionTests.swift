import Foundation
import MacrostateKit
import Testing

/// Numbers and names of the command line: each mistake is one message that names the option and says what is wanted.
@Suite struct NumberOptionTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: [
    ["predict", "r", "--frame", "a:0:0", "-o", "y.csv", "--steps", "-3"],
    ["predict", "r", "--frame", "a:0:0", "-o", "y.csv", "--steps", "0"],
    ["predict", "r", "--frame", "a:0:0", "-o", "y.csv", "--steps", "9223372036854775807"],
    ["predict", "r", "--frame", "a:0:0", "-o", "y.csv", "--time-step", "-0.1"],
    ["predict", "r", "--frame", "a:0:0", "-o", "y.csv", "--time-step", "inf"],
    ["train", "a", "--threads", "-1"], ["inspect", "a", "--threads", "99999999999999999999"],
    ["evaluate", "r", "--threads", "1000000000"], ["train", "a", "--walltime", "-5"],
    ["train", "a", "--walltime", "999999999999999999999999999999d"], ["demo", "--seed", "-1"],
    ["demo", "--walltime", "0"], ["import", "x.npy", "-o", "a", "--time-step", "0"],
    ["import", "x.npy", "-o", "a", "--time-step", "1e-320"], ["import", "x.npy", "-o", "a", "--time-step", "1e300"],
    ["import", "x.npy", "-o", "a", "--time-step", "nan"], ["import", "x.npy", "-o", "a", "--dimension", "-2"],
    ["import", "x.npy", "-o", "a", "--cutoff", "nan"], ["import", "x.npy", "-o", "a", "--cutoff", "-1"],
    ["import", "x.npy", "-o", "a", "--bins", "0"], ["import", "x.npy", "-o", "a", "--bins", "1e3"],
    ["simulate", "particles", "-o", "a", "--trajectories", "-5"],
    ["simulate", "particles", "-o", "a", "--trajectories", "9223372036854775807"],
    ["simulate", "particles", "-o", "a", "--particles", "1"],
    ["simulate", "particles", "-o", "a", "--seed", "18446744073709551616"],
    ["simulate", "lammps", "in.x", "-o", "a", "--runs", "-1"],
    ["simulate", "lammps", "in.x", "-o", "a", "--time-step", "0"],
    ["reproduce", "table4", "-o", "p", "--trajectories", "9"],
    ["reproduce", "table4", "-o", "p", "--test-trajectories", "-1"],
    ["reproduce", "table4", "-o", "p", "--seeds", "0"],
  ])
  func aNumberThatMakesNoSenseIsNamedWithItsOption(arguments: [String]) throws {
    let option = arguments[arguments.count - 2]
    let value = arguments[arguments.count - 1]
    try scratch.fail(arguments, code: 64, containing: ["'\(value)'", "'\(option) "])
  }

  @Test func numbersInsideOfTextsHaveTheirLimits() throws {
    for (arguments, part) in [
      (["simulate", "particles", "-o", "a", "--part", "-1/4"], "i/n"),
      (["simulate", "particles", "-o", "a", "--part", "0/99999999999999999999"], "i/n"),
      (["simulate", "particles", "-o", "a", "--part", "4/4"], "i/n"),
      (["import", "x.npy", "-o", "a", "--positions", "0:99999999999999999999"], "start:stop"),
      (["evaluate", "r", "--data", "\u{1B}[31m=a"], "a control character in its name"),
    ] {
      let outcome = try scratch.run(arguments)
      #expect(outcome.exitCode == 64 && outcome.errors.contains(part), "\(arguments): \(outcome.errors)")
    }
  }

  @Test(arguments: [
    (["trian"], "'trian' (did you mean 'train'?)"), (["imprt", "x.npy"], "(did you mean 'import'?)"),
    (["simulate", "lamps", "in.x"], "'lamps' (did you mean 'lammps'?)"), (["fly"], "'fly'; there are: demo, simulate"),
  ])
  func aCommandThatIsNoneIsSaid(arguments: [String], part: String) throws {
    try scratch.fail(arguments, code: 64, containing: ["no command", part])
  }

  @Test func startsAreNamedByTheModelsObservables() throws {
    try scratch.trainExample()
    let predict = ["predict", "run", "--input", "x0.npy", "--steps", "2", "--quiet", "--output", "y.csv"]
    for (starts, part) in [
      (["raduis=1"], "'raduis' (did you mean 'radius'?)"), (["mass=1"], "it has: radius"),
      (["radius=1", "mass=1"], "no observable 'mass'"), (["radius=1", "radius=2"], "is there twice"),
      (["radius=nan"], "a finite number"), (["radius=1e999"], "a finite number"), (["radius"], "name=value"),
      (["=1"], "no observable ''"), (["radius="], "name=value"),
    ] {
      try scratch.fail(predict + starts.flatMap { ["--start", $0] }, code: 64, containing: ["--start", part])
      #expect(!scratch.exists("y.csv"))
    }
    try scratch.succeed(predict + ["--start", "radius=1"])
  }

  /// A value of the user's own that is called like one of ours is the user's.
  @Test func aNameAloneMakesNothingComputable() throws {
    try scratch.importExample()
    try scratch.succeed([
      "import", "x.npy", "--observables", "radius.npy", "--observable-names", "pair-energy", "--output", "own.dataset",
      "--quiet",
    ])
    try scratch.succeed(["train", "own.dataset", "--run", "own", "--quiet"] + Example.settings())
    let predict = ["predict", "own", "--input", "x0.npy", "--steps", "2", "--quiet", "--output", "y.csv"]
    try scratch.fail(predict, code: 64, containing: ["'pair-energy'", "--start pair-energy="])
    try scratch.succeed(predict + ["--start", "pair-energy=0.5"])
    let first = try scratch.text("y.csv").split(separator: "\n")[1].split(separator: ",").map { Double($0) ?? .nan }
    #expect(first[0] == 0 && abs(first[1] - 0.5) < 1e-6)
  }

  @Test func namesThatCannotBeToldApartAreRefusedBeforeAnythingIsWritten() throws {
    try scratch.importExample()
    let arguments = ["import", "x.npy", "--observables", "radius.npy", "--output", "bad.dataset", "--quiet"]
    for name in ["time", "a b", "", "a=b", "z2"] {
      try scratch.fail(
        arguments + ["--observable-names", name], code: 65, containing: ["bad.dataset: ", "--observable-names"])
      #expect(!scratch.exists("bad.dataset"))
    }
    try scratch.fail(
      arguments + ["--observable-names", "pair-energy", "--observable", "pair-energy:tanh"], code: 65,
      containing: ["\"pair-energy\" is there twice", "--observable-names"])
    try scratch.fail(
      ["import", "x.npy", "--observable-names", "E", "--output", "bad.dataset", "--quiet"], code: 64,
      containing: ["no observables to name", "--observables"])
  }

  /// What is found wrong with options while a command runs shows the usage of no other command.
  @Test func mistakesFoundLateShowNoUsageOfOthers() throws {
    try scratch.trainExample()
    for arguments in [
      ["predict", "run", "--frame", "x.dataset", "--output", "y.csv"],
      ["predict", "run", "--input", "x0.npy", "--start", "radius", "--output", "y.csv"],
      ["evaluate", "run", "--data", "test"],
    ] {
      try scratch.fail(
        arguments, code: 64, containing: ["\(arguments[arguments.count > 4 ? arguments.count - 4 : 2]) "])
      #expect(try !scratch.run(arguments).errors.contains("Usage: macrostate <subcommand>"))
    }
    let early = try scratch.run(["predict", "run", "--output", "y.csv"])
    #expect(early.exitCode == 64 && early.errors.contains("Usage: macrostate predict"))
  }
}
