import Foundation
import MacrostateStorage
import Testing
import TrajectoryFormats

/// Each mistake ends in one message with the file and the line.
@Suite struct LAMMPSDumpErrorTests {
  let folder: DumpFolder
  let dump = DumpText()

  init() throws { folder = try DumpFolder() }

  /// The dump with `old` replaced where it stands last.
  private func text(_ old: String, _ new: String) -> String {
    var text = dump.text
    if let range = text.range(of: old, options: .backwards) { text.replaceSubrange(range, with: new) }
    #expect(text != dump.text)
    return text
  }

  @Test func aCutOffFrame() throws {
    let lines = dump.text.split(separator: "\n").map { $0 + "\n" }
    folder.expectRefusal(
      "the frame from line 14 on is cut off: 2 of its 4 atoms are there (step 100); run LAMMPS again, or keep the whole "
        + "frames: head -n 13 \(folder.url.path)/x.dump > whole.dump", lines.dropLast(2).joined())
    folder.expectRefusal("2 of its 4 atoms are there", lines.dropLast(1).joined().dropLast(3) + "")
    folder.expectRefusal("its header is not complete", lines[..<16].joined())
    folder.expectRefusal("line 19: '' is not the bounds of a box", lines[..<18].joined())
    folder.expectRefusal("it has no frames", "")
  }

  @Test func anotherFile() {
    folder.expectRefusal("line 1: 'hello' where a line 'ITEM: …' is needed; this is not a text dump", "hello\n")
    folder.expectRefusal("this is not a text file of particles", String(repeating: "x", count: 1_000_000))
    folder.expectRefusal("line 14: 'ITEM: NOTHING'", text("ITEM: TIMESTEP", "ITEM: NOTHING"))
    folder.expectRefusal("line 15: 'many' is not the step", text("\n100\n", "\nmany\n"))
    folder.expectRefusal("atoms before their step", text("ITEM: TIMESTEP\n100\n", ""))
  }

  @Test func columns() {
    folder.expectRefusal(
      "line 9: no column x, xs, xu or xsu among 'id type y'", dump.text.replacing("type x y", with: "type y"))
    folder.expectRefusal(
      "line 23: 3 columns where the header names 4 (id type x y)", text("1 1 -1.75 2.0", "1 1 -1.75"))
    folder.expectRefusal("line 23: more columns than the 4", text("1 1 -1.75 2.0", "1 1 -1.75 2.0 7"))
    folder.expectRefusal("line 23: the column 'x' is not a number", text("1 1 -1.75", "1 1 1.5.3"))
    folder.expectRefusal(
      "no column 'type' for the species A, B", dump.text.replacing("type", with: "kind"),
      options: .init(speciesNames: ["A", "B"]))
    folder.expectRefusal("no column z", dump.text, options: .init(dimension: 3))
  }

  /// Of two columns of one name nobody knows which is meant.
  @Test(arguments: ["x", "y", "id", "type", "element", "xs"])
  func columnsThatAreThereTwice(name: String) {
    var twice = dump
    twice.columns = ["element": "id element x y element", "xs": "id type xs xs y"][name] ?? "id type x y \(name)"
    folder.expectRefusal("line 9: two columns \(name) among '\(twice.columns)'", twice.text)
  }

  @Test func columnsThatAreNotReadMayBeThereTwice() throws {
    var twice = dump
    twice.columns = "id type x y vx vx"
    #expect(try folder.positions(twice.text) == folder.positions(dump.text))
  }

  @Test func linesOfAHeaderThatAreThereTwice() {
    folder.expectRefusal("'ITEM: UNITS' again", "ITEM: UNITS\nlj\nITEM: UNITS\nmetal\n" + dump.text)
    folder.expectRefusal("'ITEM: TIME' again", "ITEM: TIME\n1\nITEM: TIME\n2\n" + dump.text)
  }

  @Test func timesThatNoUnitSuits() {
    let (first, second) = ("ITEM: TIMESTEP\n0", "ITEM: TIMESTEP\n100")
    func timed(_ a: String, _ b: String) -> String {
      dump.text.replacing(second, with: "ITEM: TIME\n\(b)\n\(second)")
        .replacing(first + "\n", with: "ITEM: TIME\n\(a)\n\(first)\n")
    }
    folder.expectRefusal("step 100: its time is 1e+26, and may be 1e+25 at most", timed("0", "1e26"))
    folder.expectRefusal("line 1: step 0: its time is -1e+300", timed("-1e300", "0"))
    folder.expectRefusal("1e-26 after that of the frame before, and the least may be 1e-25", timed("0", "1e-26"))
  }

  @Test func types() {
    folder.expectRefusal(
      "line 23: atom 1, step 100: its type is 3, and the species are type-1, type-2", text("1 1 -1.75", "1 3 -1.75"))
    folder.expectRefusal("line 11: atom 2, step 0: its type is 2", dump.text, options: .init(speciesNames: ["A"]))
    folder.expectRefusal("its type is 1.5", text("1 1 -1.75", "1 1.5 -1.75"))
    folder.expectRefusal(
      "33 types; types become species", text("4 2 1.25", "4 33 1.25").replacing("4 2 1.0", with: "4 33 1.0"))
  }

  @Test func ids() {
    folder.expectRefusal("line 26: atom 2, step 100: its id is that of line 24, too", text("4 2 1.25", "2 2 1.25"))
    folder.expectRefusal(
      "its id is that of line 24, too", text("4 2 1.25", "2 2 1.25").replacing("\n2 ", with: "\n9000000 "))
    folder.expectRefusal("its id is not a whole number", text("4 2 1.25", "4.5 2 1.25"))
  }

  @Test func outsideTheBox() {
    folder.expectRefusal(
      "line 25: atom 3, step 100: its coordinate y = 9.5 is outside the box (1.0 … 9.0)", text("4.75 8.5", "4.75 9.5"))
    folder.expectRefusal(
      "line 25: atom 3, step 100: its coordinate y is not finite (nan)", text("4.75 8.5", "4.75 nan"))
    folder.expectRefusal("its coordinate x is not finite (inf)", text("4.75 8.5", "inf 8.5"))
    folder.expectRefusal(
      "its coordinate x is not finite (-inf)", text("4.75 8.5", "-inf 8.5").replacing("pp ff", with: "ss ff"))
  }

  @Test func boxes() {
    folder.expectRefusal("the box changes", text("pp ff pp", "ff ff pp"))
    folder.expectRefusal("8.0 (fixed) along x", text("pp ff pp", "ff ff pp").replacing("-3.0 5.0", with: "0 8.0"))
    folder.expectRefusal("'5.0 -3.0' is not the bounds of a box", text("-3.0 5.0", "5.0 -3.0"))
    folder.expectRefusal("is not the bounds of a box", text("-3.0 5.0", "-1e308 1e308"))
    // Tilts, in the notation of LAMMPS up to 2023 and in that of general boxes.
    let tilted = dump.text.replacing("BOUNDS pp", with: "BOUNDS xy xz yz pp")
    folder.expectRefusal("line 6: '-3.0 5.0' is not the bounds of a box", tilted)
    folder.expectRefusal(
      "the box is tilted out of the 2 dimensions that are read at step 0; say --dimension 3",
      tilted.replacing("-3.0 5.0", with: "-3.0 5.0 0").replacing("1.0 9.0", with: "1.0 9.0 0.0")
        .replacing("-0.5 0.5", with: "-0.5 0.5 0.25"))
    folder.expectRefusal(
      "line 6: the edges of the box [[8.0, 0.0, 0.0], [8.0, 0.0, 0.0], [0.0, 0.0, 1.0]] hold no volume",
      dump.text.replacing("BOUNDS pp", with: "BOUNDS abc origin pp").replacing("-3.0 5.0", with: "8 0 0 -3")
        .replacing("1.0 9.0", with: "8 0 0 1").replacing("-0.5 0.5", with: "0 0 1 0"))
  }

  @Test func counts() {
    folder.expectRefusal("line 23: '1 1 -1.75 2.0' where a line 'ITEM: …'", text("ATOMS\n4", "ATOMS\n0"))
    folder.expectRefusal("line 26: '4 2 1.25 1.25' where a line 'ITEM: …'", text("ATOMS\n4", "ATOMS\n3"))
    for number in ["-4", "4.5", "123456789012345678901234567890"] {
      folder.expectRefusal("is not the number of atoms", text("ATOMS\n4", "ATOMS\n\(number)"))
      folder.expectRefusal("'\(number)' is not the step", text("\n100\n", "\n\(number)\n"))
    }
    folder.expectRefusal("there may be 2147483647 in a frame", text("ATOMS\n4", "ATOMS\n9223372036854775807"))
    // A number of atoms that no memory holds.
    folder.expectRefusal("is cut off: 4 of its 2000000000 atoms", text("ATOMS\n4", "ATOMS\n2000000000"))
  }

  @Test func stepsAndLayers() throws {
    folder.expectRefusal(
      "line 14: step 0 is there already, with other positions; another run begins here; give each a file of its own: "
        + "head -n 13 \(folder.url.path)/x.dump > first.dump; tail -n +14 \(folder.url.path)/x.dump > second.dump",
      text("\n100\n", "\n0\n"))
    folder.expectRefusal(
      "line 14: step 7 does not come after the step of the frame before it",
      text("\n100\n", "\n7\n").replacing("\n0\nITEM: N", with: "\n70\nITEM: N"))
    var layered = dump
    layered.columns = "id type x y z"
    let text = layered.text
    let range = try #require(text.range(of: "8.5 0", options: .backwards))
    folder.expectRefusal(
      "line 25: atom 3, step 100: z = 0.4 where other atoms have 0.0",
      text.replacingCharacters(in: range, with: "8.5 0.4"))
  }

  /// What one frame has, all must have.
  @Test func framesThatDiffer() {
    folder.expectRefusal(
      "line 22: coordinates of 1 axes among 'id type x q', and the first frame has 2", text("type x y", "type x q"))
    var flat = dump
    flat.columns = "id type x y z"
    folder.expectRefusal("coordinates of 2 axes", flat.text.replacing(/y z\n(?!(?s:.*)y z)/) { _ in "y q\n" })
    flat.columns = "id type x y xs"
    folder.expectRefusal("coordinates of 3 axes", flat.text.replacing(/y xs\n(?!(?s:.*)y xs)/) { _ in "y z\n" })
    folder.expectRefusal("line 22: no column x", text("type x y", "type q r"))
    folder.expectRefusal("line 22: no column y", text("type x y", "type x r"), options: .init(dimension: 2))
    folder.expectRefusal("line 22: no column 'type' for the species type-1, type-2", text("type x y", "kind x y"))
    folder.expectRefusal("line 22: no column 'id', which the first frame has", text("id type", "mol type"))
    var plain = dump
    plain.columns = "kind x y"
    folder.expectRefusal(
      "line 22: a column 'type', which the first frame has not",
      plain.text.replacing(/100(?s:.*)/) {
        "\($0.output)".replacing("kind", with: "type").replacing("hello", with: "1")
      })
    folder.expectRefusal(
      "line 24: a frame without ITEM: TIME, and the first frame has it", "ITEM: TIME\n0\n" + dump.text)
    folder.expectRefusal(
      "units 'metal', and the first dump has 'lj'",
      "ITEM: UNITS\nlj\n" + text("ITEM: TIMESTEP", "ITEM: UNITS\nmetal\nITEM: TIMESTEP"))
  }

  @Test func aFrameWithoutItsAtoms() {
    let frames = dump.text.split(separator: "ITEM: ATOMS")
    folder.expectRefusal(
      "line 9: 'ITEM: TIMESTEP' again, and the frame from line 1 on has no 'ITEM: ATOMS' yet",
      frames[0] + dump.text)
  }

  @Test(arguments: ["1e300", "1e17", "-4e9"]) func coordinatesFarFromAPeriodicBox(value: String) {
    folder.expectRefusal("so many periods away from the box (-3.0 … 5.0)", text("4.75 8.5", "\(value) 8.5"))
  }

  @Test func options() {
    folder.expectRefusal("time step -1.0", dump.text, kind: .usage, options: .init(timeStep: -1))
    folder.expectRefusal("dimension 4", dump.text, kind: .usage, options: .init(dimension: 4))
    folder.expectRefusal("0 species", dump.text, kind: .usage, options: .init(speciesNames: []))
    let error = #expect(throws: MacrostateError.self) {
      _ = try LAMMPSDumpSource([URL(fileURLWithPath: "/nowhere/x.dump")])
    }
    #expect(error?.kind == .missingInput)
  }
}
