import ChildPrograms
import Foundation
import MacrostateStorage

/// A file of particles that a library of others reads in a process of its own: a crash there, or memory without bound, is
/// a message here.
final class ForeignParticleFile: ParticleFile {
  /// How a frame is changed that comes from the library: times that it does not know.
  typealias Amendment = (inout ParticleFrame, ForeignFrame) throws -> Void

  let url: URL
  private let messages: ForeignReading
  private let amend: Amendment
  private(set) var mark: FrameMark
  private(set) var columnNames: [String] = []
  private var labels: [ParticleLabel: ParticleLabels] = [:]

  /// Starts reading the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read, or the library is missing; `badData` that
  ///   names the place; `failure` if the library cannot be used.
  init(
    _ url: URL, with library: ForeignLibrary, format: String, settings: [String: String] = [:],
    _ wanted: ParticleRequest, from mark: FrameMark?,
    amending amend: @escaping Amendment = { _, _ in }
  ) throws {
    let size = try RandomAccessFile(url).count
    self.url = url
    self.amend = amend
    self.mark = mark ?? FrameMark(frame: 0, byte: 0, line: 0)
    let columns = wanted.columns + (wanted.wantsImages ? [Self.imagesColumn] : [])
    messages = try ForeignReading(
      ForeignRequest(
        library: library, path: Self.located(library, for: url).path, file: url.path, format: format,
        settings: settings,
        first: self.mark.frame, columns: columns, memory: Self.memory(forFileOf: size)),
      about: url, patience: .seconds(120 + size / 10_000_000))
  }

  /// The name by which images are asked for.
  static let imagesColumn = "images"

  /// What a frame may take in memory when it is unpacked and the library has made objects of its particles. Frames of a
  /// file that is larger than all memory are smaller than the file.
  private static func memory(forFileOf size: Int) -> Int {
    let most = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    return (4 << 30) + min(size > most / 64 ? most : 64 * size, most)
  }

  private static func located(_ library: ForeignLibrary, for url: URL) throws -> URL {
    do {
      return try library.locate()
    } catch let error as MacrostateError {
      throw MacrostateError(error.kind, "\(url.path): to read it, a library is needed: \(error.message)")
    }
  }

  var frameCount: Int? { messages.greeting.frameCount }
  var notes: [String] { messages.greeting.notes }

  func next() throws -> ParticleFrame? {
    let place = FramePlace(url: url, frame: mark.frame)
    guard let frame = try messages.nextFrame(place) else { return nil }
    var result = try particles(of: frame)
    mark.frame = frame.number + 1
    try amend(&result, frame)
    return result
  }

  /// A time that was written in single precision with the digits that it has there: 0.2, and not 0.20000000298.
  static func shortest(_ time: Double) -> Double {
    Double(Float(time)) == time ? Double("\(Float(time))") ?? time : time
  }

  private func particles(of frame: ForeignFrame) throws -> ParticleFrame {
    let place = FramePlace(url: url, frame: frame.number)
    if !frame.keepsLabels { labels = [:] }
    columnNames = frame.columnNames
    var result = ParticleFrame(
      count: frame.count, positions: ParticleTable([Double](), width: frame.axes),
      coordinates: Array(repeating: .absolute, count: frame.axes), place: place)
    (result.step, result.time) = (frame.step, frame.time.map(Self.shortest))
    result.units = FileUnits(length: messages.greeting.lengthUnit, time: messages.greeting.timeUnit)
    if let box = frame.box {
      guard let made = FrameBox(origin: box.origin, edges: box.edges, boundaries: box.boundaries) else {
        throw place.error("its box has the edges \(box.edges), which is no box")
      }
      result.box = made
    }
    for table in frame.tables {
      let numbers = try messages.numbers(of: table, count: frame.count, place)
      switch table.role {
      case .positions: result.positions = numbers
      case .images: result.images = (0..<table.width).map(numbers.column)
      case .ids: result.ids = numbers.column(0)
      case .columns: for (column, name) in table.names.enumerated() { result.columns[name] = numbers.column(column) }
      case .label(let label):
        labels[label] = ParticleLabels(numbers: numbers.column(0), names: table.names, column: label.rawValue)
      }
    }
    result.labels = labels
    return result
  }
}
