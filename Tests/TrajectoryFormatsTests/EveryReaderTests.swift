import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// What every reader of the list must do. A new one needs a sample (`write`).
@Suite struct EveryReaderTests {
  /// All but those that need a library of others, whose tests are among those of the command-line tool.
  private static let readers = TrajectoryReaders.all.map { $0.name }.filter { !foreign.contains($0) }
  private static let foreign: Set = [
    XTCFormat.name, TRRFormat.name, NetCDFFormat.name, PDBFormat.name, GROFormat.name,
    ChemfilesFormat.name, H5MDFormat.name, HDF5Format.name,
  ]
  private static let species = ["A", "B"]
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Five frames of three particles A and two B in the plane, half a unit of time apart, in a periodic box.
  private var frames: [Trajectory.Frame] {
    (0..<5).map { f in
      func coordinates(_ count: Int, _ start: Int) -> [Float] {
        (0..<count).map { Float((start + 7 * $0 + 3 * f) % 32) / 8 }
      }
      return Trajectory.Frame(time: Double(f) / 2, positions: [coordinates(6, 1), coordinates(4, 5)])
    }
  }

  /// The type and the coordinates of each particle.
  private func points(_ frame: Trajectory.Frame) -> [(Int, Float, Float)] {
    frame.positions.enumerated().flatMap { s, values in
      stride(from: 0, to: values.count, by: 2).map { (s + 1, values[$0], values[$0 + 1]) }
    }
  }

  /// Writes the frames as the reader's format, and says what the file does not.
  private func write(_ reader: String) throws -> (url: URL, options: ReadingOptions) {
    var options = ReadingOptions()
    switch reader {
    case NumPyFiles.name:
      options.timeStep = 0.5
      options.types = folder.file("types.npy")
      try NumPyFile.write([Int64](arrayLiteral: 1, 1, 1, 2, 2), shape: [5], to: folder.file("types.npy"))
      try NumPyFile.write(frames.flatMap { $0.positions.flatMap(\.self) }, shape: [5, 5, 2], to: folder.file("x.npy"))
      return (folder.file("x.npy"), options)
    case LAMMPSDumpSource.name:
      options.timeStep = 0.005
      options.speciesNames = Self.species
      let text = frames.enumerated().map { f, frame in
        "ITEM: TIMESTEP\n\(100 * f)\nITEM: NUMBER OF ATOMS\n5\nITEM: BOX BOUNDS pp pp pp\n0 4\n0 4\n-0.5 0.5\n"
          + "ITEM: ATOMS id type x y\n"
          + points(frame).enumerated().map { "\($0 + 1) \($1.0) \($1.1) \($1.2) \n" }.joined()
      }.joined()
      return (try folder.file("x.dump", Data(text.utf8)), options)
    case ExtendedXYZ.name:
      options.dimension = 2
      let text = frames.map { frame -> String in
        let rows = points(frame).enumerated().map { i, point -> String in
          "\(i + 1) 1 2 3 \(Self.species[point.0 - 1]) \(point.1) \(point.2) 0.5\n"
        }
        return """
          5
          Properties=id:I:1:force:R:3:species:S:1:pos:R:3 pbc="T T F" Lattice="4 0 0 0 4 0 0 0 1" Time=\(frame.time)
          \(rows.joined())
          """
      }.joined()
      return (try folder.file("x.xyz", Data(text.utf8)), options)
    case LAMMPSYAML.name:
      options.dimension = 2
      options.speciesNames = Self.species
      let text = frames.enumerated().map { f, frame -> String in
        let rows = points(frame).enumerated().map { i, point -> String in
          "  - [ \(i + 1) , \(point.0) , \(point.1) , \(point.2) , 0, ]\n"
        }
        return """
          ---
          creator: LAMMPS
          timestep: \(f)
          time: \(frame.time)
          natoms: 5
          boundary: [ p, p, p, p, p, p, ]
          thermo:
            - keywords: [ Step, ]
            - data: [ 1, ]
          box:
            - [ 0, 4 ]
            - [ 0, 4 ]
            - [ 0, 1 ]
          keywords: [ id, type, X, y, z,  ]
          data:
          \(rows.joined())...

          """
      }.joined()
      return (try folder.file("x.yaml", Data(text.utf8)), options)
    case DCDFormat.name:
      options.dimension = 2
      let atoms = points(frames[0]).enumerated().map { number, point in
        "ATOM  \(String(repeating: " ", count: 4))\(number + 1)  \(Self.species[point.0 - 1])   MOL A   1"
          + "       0.000   0.000   0.000\n"
      }
      options.topology = try folder.file("names.pdb", Data(atoms.joined().utf8))
      // Half a picosecond.
      let sample = DCDSample(stepLength: 0.5 / 0.04888821, box: [4, 90, 4, 90, 90, 1])
      return (try folder.file("x.dcd", sample.data(frames.map { points($0).flatMap { [$0.1, $0.2, 0.5] } })), options)
    case GSDFormat.name:
      options.timeStep = 0.005
      return (try folder.file("x.gsd", GSDSample(frames, stepsBetween: 100).data), options)
    default:
      Issue.record("no sample of the format '\(reader)'; write one here")
      return (folder.file("none"), options)
    }
  }

  private func source(_ reader: String) throws -> any TrajectorySource {
    let (url, options) = try write(reader)
    return try TrajectoryReaders.open([url], options: options)
  }

  @Test(arguments: readers) func isRecognised(reader: String) throws {
    let (url, options) = try write(reader)
    #expect(try TrajectoryReaders.type(of: url).name == reader)
    #expect(try TrajectoryReaders.open([url], as: PartRequest(reader, of: "format"), options: options).dimension == 2)
    let refused = #expect(throws: MacrostateError.self) {
      try TrajectoryReaders.open([url], as: PartRequest("\(reader),power=3", of: "format"), options: options)
    }
    #expect(refused?.message.contains("the format '\(reader)' has no setting 'power'; it has none") == true)
  }

  @Test(arguments: readers) func readsWhatWasWritten(reader: String) throws {
    let source = try source(reader)
    #expect(source.trajectoryCount == 1 && source.dimension == 2 && source.speciesNames.count == 2)
    #expect(try source.trajectory(0).frames == frames)
    #expect(try source.frameCount(ofTrajectory: 0) == 5 && source.typicalParticleCount == 5)
    #expect(source.files.allSatisfy { FileManager.default.fileExists(atPath: $0.url.path) })
    if let box = source.box {
      // That of a GSD file is around 0, and twice as large.
      let (corner, edge) = reader == GSDFormat.name ? (-4.0, 8.0) : (0, 4)
      #expect(
        box == SimulationBox(origin: [corner, corner], lengths: [edge, edge], boundaries: [.periodic, .periodic]))
    }
  }

  @Test(arguments: readers) func framesOneAtATimeAreThoseOfTheWhole(reader: String) throws {
    let source = try source(reader)
    for first in [0, 1, 3, 5, 9] {
      let stream = try source.frames(ofTrajectory: 0, from: first)
      for frame in frames.dropFirst(first) { #expect(try stream.next() == frame) }
      #expect(try stream.next() == nil && stream.next() == nil)
    }
    // Two streams do not disturb each other.
    let streams = try [source.frames(ofTrajectory: 0), source.frames(ofTrajectory: 0)]
    for frame in frames { for stream in streams { #expect(try stream.next() == frame) } }
  }

  @Test(arguments: readers) func aFileThatIsCutOffEndsInAnError(reader: String) throws {
    let (url, options) = try write(reader)
    let bytes = try Data(contentsOf: url)
    try bytes.dropLast(5).write(to: url)
    let error = #expect(throws: MacrostateError.self) {
      try TrajectoryReaders.open([url], options: options).trajectory(0)
    }
    #expect(error?.kind == .badData && error?.message.contains(url.lastPathComponent) == true)
  }

  @Test(arguments: readers) func optionsOfOthersAreRefused(reader: String) throws {
    let (url, _) = try write(reader)
    for option in ReadingOption.allCases {
      var options = ReadingOptions()
      switch option {
      case .timeStep: options.timeStep = 1
      case .species: options.speciesNames = ["A"]
      case .dimension: options.dimension = 2
      case .join: options.joinsFiles = true
      case .observables: options.observables = url
      case .observableNames: options.observableNames = ["E"]
      case .types: options.types = url
      case .grid: options.grid = [2, 2]
      case .array: options.array = "x"
      case .features: options.features = ["vx"]
      case .speciesBy: options.speciesBy = .element
      case .select: options.selection = [try ParticleSelection("id=1-3")]
      case .topology: options.topology = url
      case .whole: options.wholeness = .whole
      case .unwrap: options.wholeness = .unwrapped
      case .particles: options.unit = .molecule
      case .lengthUnit: options.lengthUnit = try MeasuringUnit("nm", of: .length)
      case .timeUnit: options.timeUnit = try MeasuringUnit("ps", of: .time)
      }
      #expect(options.given == [option])
      guard try !TrajectoryReaders.type(of: url).options.contains(option) else { continue }
      let error = #expect(throws: MacrostateError.self) { try TrajectoryReaders.open([url], options: options) }
      #expect(error?.kind == .usage && error?.message.contains("\(option.flag) is for ") == true)
    }
  }

  /// A reader of a program's own, with a setting, is one of the list.
  @Test func aProgramAddsAReader() throws {
    let url = try folder.file("x.walk", Data("1 2\n3 4\n".utf8))
    #expect(throws: MacrostateError.self) { try TrajectoryReaders.type(of: url) }
    try Parts([WalkReader.self]).use {
      #expect(try TrajectoryReaders.open([url]).trajectory(0).frames.map(\.positions) == [[[1, 2]], [[3, 4]]])
      let scaled = try TrajectoryReaders.open([url], as: PartRequest("walk,scale=2", of: "format"))
      #expect(try scaled.trajectory(0).frames.map(\.positions) == [[[2, 4]], [[6, 8]]])
      try importTrajectories(from: scaled, to: folder.file("x.dataset"), options: ImportOptions(programVersion: "1"))
      #expect(try Dataset.open(folder.file("x.dataset")).frameCount == 2)
      let error = #expect(throws: MacrostateError.self) {
        try TrajectoryReaders.open([folder.file("y.dump", Data("hello\n".utf8))])
      }
      #expect(error?.message.contains("nor a walk (.walk)") == true)
    }
  }
}

/// A reader as a program may add one: a particle on the plane, a line a frame.
private struct WalkReader: TrajectoryReader {
  struct Settings: SettingsGroup {
    static let summary = "A walk"
    static let settings = [Setting("scale", \Settings.scale, .positive, "Scale")]
    var scale = 1.0
  }
  static let name = "walk"
  static let title = "walks"
  static let kind = "walk"
  static let appearance = "a walk (.walk)"
  static let options: Set<ReadingOption> = []
  let url: URL
  let scale: Double

  static func recognises(_ file: FileBeginning) -> Bool { file.url.pathExtension == "walk" }

  init(_ files: [URL], _ options: ReadingOptions, _ settings: Settings) { (url, scale) = (files[0], settings.scale) }

  var name: String { url.path }
  let trajectoryCount = 1
  let dimension = 2
  var files: [(role: String, url: URL)] { [("walk", url)] }

  func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    var lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").makeIterator()
    var time = -1.0
    return FrameStream {
      time += 1
      return lines.next().map { line in
        Trajectory.Frame(time: time, positions: [line.split(separator: " ").map { Float(scale * (Double($0) ?? 0)) }])
      }
    }.frames(from: first)
  }
}
