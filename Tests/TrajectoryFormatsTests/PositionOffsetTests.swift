import Foundation
import MacrostateStorage
import Microstates
import Testing
import TrajectoryFormats

/// Positions far from 0 in double precision keep what single precision would lose.
@Suite struct PositionOffsetTests {
  @Test func onlyFarAxesHaveOne() {
    #expect(PositionOffset.ofAxes([(-1, 1), (0, 1), (90, 91)]) == nil)
    #expect(PositionOffset.ofAxes([(0, 1), (1e6, 1e6 + 2)]) == [0, 1_000_001])
    #expect(PositionOffset.ofAxis(from: 5, to: 5) == 0 && PositionOffset.ofAxis(from: -1e300, to: 1e300) == 0)
    // Nanometres of something at a metre.
    #expect(abs(PositionOffset.ofAxis(from: 1 - 1e-9, to: 1 + 1e-9) - 1) < 1e-9)
    #expect(
      PositionOffset.shift(from: [3, 4], to: [1, 4]) == [2, 0] && PositionOffset.shift(from: nil, to: nil) == nil)
    #expect(PositionOffset.shift(from: nil, to: [1, 2]) == [-1, -2])
  }

  private func write(_ values: [Double], _ shape: [Int], to scratch: NumPyImportTests.Scratch) throws -> Dataset {
    let url = try scratch.write("x.npy", values, shape)
    try importTrajectories(
      from: NumPyTrajectorySource(url, options: .init(timeStep: 0.5)), to: scratch.file("x.dataset"),
      options: ImportOptions(programVersion: "1"))
    return try Dataset.open(scratch.file("x.dataset"))
  }

  @Test func doublesFarFromZeroKeepTheirSpread() throws {
    let scratch = try NumPyImportTests.Scratch()
    let plain = (0..<48).map { sin(Double($0)) }
    let carried = plain.enumerated().map { $0.element + ($0.offset % 2 == 0 ? 1e6 : 3) }
    let dataset = try write(carried, [2, 3, 4, 2], to: scratch)
    let offset = try #require(dataset.description.positionOffset)
    #expect(abs(offset[0] - 1e6) < 1 && offset[1] == 0)
    for frame in 0..<6 {
      let stored = dataset.withPositions(frame: frame, species: 0, Array.init)
      for (i, value) in stored.enumerated() {
        #expect(abs(Double(value) + offset[i % 2] - carried[8 * frame + i]) < 1e-6)
      }
    }
  }

  @Test func singlePrecisionFarFromZeroIsSaid() throws {
    let scratch = try NumPyImportTests.Scratch()
    func notes(_ offset: Double, size: Double = 1) throws -> [String] {
      let values = (0..<48).map { Float(size * sin(Double($0)) + ($0 % 2 == 0 ? offset : 0)) }
      try NumPyFile.write(values, shape: [2, 3, 4, 2], to: scratch.file("single.npy"))
      return try NumPyTrajectorySource(scratch.file("single.npy"), options: .init(timeStep: 1)).notes
    }
    // Steps of 1/16 at 10⁶, of 2⁻¹³ at 10³; and 3 10⁻⁸ of one nanometre at a metre.
    let said = try notes(1e6)
    #expect(
      said.count == 1 && said[0].contains("single.npy: along axis 0 positions span") && said[0].contains("float64"))
    #expect(said[0].contains("in steps of 0.0625"))
    #expect(try notes(1e3).isEmpty && notes(0).isEmpty && notes(0, size: 1e-6).isEmpty && notes(1e6, size: 1e6).isEmpty)
    #expect(try notes(1, size: 1e-5).count == 1)
    // Doubles have their digits.
    let url = try scratch.write("x.npy", (0..<48).map { 1e6 + sin(Double($0)) }, [2, 3, 4, 2])
    #expect(try NumPyTrajectorySource(url, options: .init(timeStep: 1)).notes.isEmpty)
  }

  @Test func ordinaryPositionsHaveNone() throws {
    let scratch = try NumPyImportTests.Scratch()
    let dataset = try write((0..<24).map { Double($0) }, [1, 3, 4, 2], to: scratch)
    #expect(dataset.description.positionOffset == nil)
    let text = try String(contentsOf: dataset.url.appendingPathComponent("dataset.json"), encoding: .utf8)
    #expect(!text.contains("positionOffset"))
  }

  @Test func dumpsInAFarBoxAreRelativeToIt() throws {
    let folder = try DumpFolder()
    var dump = DumpText()
    dump.bounds[0] = (1e7 - 3, 1e7 + 5)
    for f in dump.frames.indices { for i in dump.frames[f].indices { dump.frames[f][i].x += 1e7 } }
    let url = try folder.write(dump.text)
    let source = try LAMMPSDumpSource([url], options: .init(mayOffset: true))
    let offset = try #require(source.positionOffset)
    #expect(abs(offset[0] - 1e7) < 4 && offset[1] == 0)
    let box = try #require(source.box)
    #expect(box.origin[0] == 1e7 - 3 - offset[0] && box.lengths[0] == 8)
    let shift = Float(1e7 - offset[0])
    #expect(try source.trajectory(0).frames[0].positions[0] == [-2 + shift, 2, 4.5 + shift, 8.5])
    // Runs of a simulation are sources of their own, and keep theirs.
    #expect(try LAMMPSDumpSource([url]).positionOffset == nil)
  }
}
