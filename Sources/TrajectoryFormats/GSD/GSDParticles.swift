import Foundation
import MacrostateStorage
import Microstates

/// The frames of a GSD file of the schema hoomd.
///
/// What a frame does not set is as in frame 0; what belongs to particles is so only where their number is that of frame 0,
/// and has the schema's default elsewhere. Steps are not times, and there are no units. Positions are wrapped; the box is
/// around 0, and periodic along all axes.
final class GSDParticles: ParticleFile {
  private let file: GSDFile
  private let request: ParticleRequest
  /// The arrays of frame 0.
  private let initial: [String: GSDFile.Chunk]
  private let initialCount: Int
  private(set) var mark: FrameMark
  private(set) var columnNames: [String] = []
  private(set) var notes: [String] = []
  /// The types of particles that were read last: nearly always those of frame 0.
  private var knownTypes: (bytes: Range<Int>, numbers: ParticleColumn)?

  init(_ url: URL, _ request: ParticleRequest, from mark: FrameMark?) throws {
    file = try GSDFile(url, schema: "hoomd")
    self.request = request
    initial = try file.chunks(ofFrame: 0, at: file.start).chunks
    self.mark = mark ?? FrameMark(frame: 0, byte: file.start, line: 0)
    let frame = GSDFrame(file: file, number: 0, chunks: initial, initial: [:], initialCount: 0)
    initialCount = try frame.count()
    if file.frameCount > 0, !file.names.contains("configuration/box") {
      notes = ["no frame sets a box; it is taken as open space, and not as GSD's default, a box of 1 × 1 × 1"]
    }
  }

  var frameCount: Int? { file.frameCount }

  func next() throws -> ParticleFrame? {
    guard mark.frame < file.frameCount else { return nil }
    let (chunks, end) = try file.chunks(ofFrame: mark.frame, at: mark.byte)
    let frame = GSDFrame(
      file: file, number: mark.frame, chunks: chunks, initial: initial, initialCount: initialCount)
    let result = try particles(of: frame)
    mark = FrameMark(frame: mark.frame + 1, byte: end, line: 0)
    return result
  }

  private func particles(of frame: GSDFrame) throws -> ParticleFrame {
    let count = try frame.count()
    let axes = try frame.axes()
    let none = count == 0 ? ParticleTable([Float](), width: 3) : nil
    guard let positions = try frame.table("particles/position", count: count, width: 3) ?? none else {
      throw frame.place.error("\(count) particles without positions; write the file again")
    }
    var result = ParticleFrame(
      step: try frame.step(), box: try frame.box(axes: axes), count: count, positions: positions,
      coordinates: Array(repeating: .absolute, count: max(axes, min(request.axes ?? axes, 3))), place: frame.place)
    result.labels[.type] = ParticleLabels(
      numbers: try types(of: frame, count), names: try frame.typeNames(), column: "types")
    if request.wantsImages, let images = try frame.table("particles/image", count: count, width: 3) {
      result.images = (0..<3).map(images.column)
    }
    try readColumns(of: frame, into: &result)
    return result
  }

  /// The number of each particle's type.
  private func types(of frame: GSDFrame, _ count: Int) throws -> ParticleColumn {
    let chunk = frame.chunkOfParticles("particles/typeid", count: count)
    if let chunk, let knownTypes, knownTypes.bytes == chunk.bytes { return knownTypes.numbers }
    let table = try frame.table("particles/typeid", count: count, width: 1)
    let numbers = table?.column(0) ?? ParticleColumn([Double](repeating: 0, count: count))
    let names = try frame.typeNames().count
    if let row = (0..<count).first(where: { !(0..<Double(names)).contains(numbers[$0]) }) {
      throw frame.place.error(row: row, "its type has the number \(numbers[row]), and there are \(names) types")
    }
    if let chunk { knownTypes = (chunk.bytes, numbers) }
    return numbers
  }

  /// Looks for the columns, and reads those that are wanted.
  private func readColumns(of frame: GSDFrame, into result: inout ParticleFrame) throws {
    columnNames = []
    for name in file.names {
      guard let quantity = GSDQuantity(chunk: name, of: frame, count: result.count) else { continue }
      columnNames += quantity.columns
      guard quantity.columns.contains(where: request.columns.contains) else { continue }
      let table =
        try frame.table(name, count: result.count, width: quantity.columns.count)
        ?? quantity.defaults(count: result.count)
      for (place, column) in quantity.columns.enumerated() where request.columns.contains(column) {
        result.columns[column] = table.column(place)
      }
    }
  }
}

/// What particles have beside their positions, types and images.
private struct GSDQuantity {
  /// The name of each column.
  let columns: [String]
  /// What a particle has where nothing is said.
  private let standard: [Double]

  /// The quantity in the arrays `name`; nil where they are none of particles, or there are none in a frame of `count`.
  init?(chunk name: String, of frame: GSDFrame, count: Int) {
    if let known = Self.known[name] {
      (columns, standard) = known
    } else if name.hasPrefix("log/particles/"), let chunk = frame.chunkOfParticles(name, count: count) {
      let own = String(name.dropFirst("log/particles/".count))
      columns = chunk.columns == 1 ? [own] : (0..<min(chunk.columns, Self.mostColumns)).map { "\(own)[\($0 + 1)]" }
      standard = []
    } else {
      return nil
    }
  }

  func defaults(count: Int) -> ParticleTable {
    ParticleTable((0..<count).flatMap { _ in standard }, width: standard.count)
  }

  /// Nobody chooses among more.
  private static let mostColumns = 64

  private static let known: [String: (columns: [String], standard: [Double])] = [
    "particles/velocity": (FeatureName.velocities, [0, 0, 0]),
    "particles/mass": ([FeatureName.mass], [1]),
    "particles/charge": ([FeatureName.charge], [0]),
    "particles/diameter": (["diameter"], [1]),
    "particles/body": (["body"], [-1]),
    "particles/orientation": (["q0", "q1", "q2", "q3"], [1, 0, 0, 0]),
    "particles/angmom": ((0..<4).map { "angmom[\($0 + 1)]" }, [0, 0, 0, 0]),
    "particles/moment_inertia": ((0..<3).map { "moment_inertia[\($0 + 1)]" }, [0, 0, 0]),
  ]
}
