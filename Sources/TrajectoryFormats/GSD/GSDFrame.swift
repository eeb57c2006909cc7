import Foundation
import MacrostateStorage

/// The arrays of a frame of the schema hoomd, with what it has from frame 0.
struct GSDFrame {
  let file: GSDFile
  let number: Int
  /// The arrays that the frame sets.
  let chunks: [String: GSDFile.Chunk]
  /// Those of frame 0.
  let initial: [String: GSDFile.Chunk]
  /// The number of particles of frame 0.
  let initialCount: Int

  var place: FramePlace { FramePlace(url: file.file.url, frame: number) }

  /// The array `name` of the frame as a whole.
  private func chunk(_ name: String) -> GSDFile.Chunk? { chunks[name] ?? initial[name] }

  /// The array `name` of particles, of which there are `count`: that of frame 0 where there are as many; nil for none.
  func chunkOfParticles(_ name: String, count: Int) -> GSDFile.Chunk? {
    if let own = chunks[name] { return own }
    return count == initialCount ? initial[name] : nil
  }

  /// The number of particles.
  func count() throws -> Int { try number("particles/N") ?? 0 }

  /// The step of the simulation.
  func step() throws -> Int { try number("configuration/step") ?? 0 }

  /// The number of dimensions, 2 or 3: where none is set, 2 for a box without height.
  func axes() throws -> Int {
    if let axes = try number("configuration/dimensions") {
      guard 2...3 ~= axes else { throw place.error("configuration/dimensions is \(axes), and must be 2 or 3") }
      return axes
    }
    return try boxNumbers().map { $0[2] == 0 ? 2 : 3 } ?? 3
  }

  /// The box in `axes` dimensions; nil where none is set.
  func box(axes: Int) throws -> FrameBox? {
    guard let numbers = try boxNumbers() else { return nil }
    let height = axes == 3 || numbers[2] > 0 ? numbers[2] : 1
    let (xy, xz, yz) = (numbers[3], axes == 3 ? numbers[4] : 0, axes == 3 ? numbers[5] : 0)
    let edges = [[numbers[0], 0, 0], [xy * numbers[1], numbers[1], 0], [xz * height, yz * height, height]]
    let corner = (0..<3).map { axis in -edges.reduce(0) { $0 + $1[axis] } / 2 }
    guard let box = FrameBox(origin: corner, edges: edges, boundaries: Array(repeating: .periodic, count: 3)) else {
      throw place.error("configuration/box is \(numbers), which is no box")
    }
    return box
  }

  /// Lx, Ly, Lz and the tilt factors xy, xz and yz.
  private func boxNumbers() throws -> [Double]? {
    guard let chunk = chunk("configuration/box") else { return nil }
    guard chunk.rows * chunk.columns == 6 else { throw wrongShape(chunk, "6 × 1") }
    return try table(chunk, width: 1).column(0).values
  }

  /// The names of the types.
  func typeNames() throws -> [String] {
    guard let chunk = chunk("particles/types") else { return ["A"] }
    guard chunk.element.size == 1, chunk.columns > 0 else { throw wrongShape(chunk, "names of a byte a letter") }
    let bytes = try file.file.bytes(at: chunk.bytes.lowerBound, count: chunk.bytes.count)
    return stride(from: 0, to: bytes.count, by: chunk.columns).map { bytes[$0..<($0 + chunk.columns)].text }
  }

  /// The numbers of the array `name` of `count` particles, `width` each; nil where there is none.
  func table(_ name: String, count: Int, width: Int) throws -> ParticleTable? {
    guard let chunk = chunkOfParticles(name, count: count) else { return nil }
    guard chunk.rows == count, width <= chunk.columns else { throw wrongShape(chunk, "\(count) × \(width)") }
    return try table(chunk, width: chunk.columns)
  }

  /// A whole number; nil where none is set.
  private func number(_ name: String) throws -> Int? {
    guard let chunk = chunk(name) else { return nil }
    guard chunk.rows == 1, chunk.columns == 1 else { throw wrongShape(chunk, "1 × 1") }
    let values = try table(chunk, width: 1).column(0).values
    guard let value = Int(exactly: values[0]), value >= 0 else {
      throw place.error("\(name) is \(values[0]), which is no count")
    }
    return value
  }

  private func wrongShape(_ chunk: GSDFile.Chunk, _ wanted: String) -> MacrostateError {
    place.error(
      "\(chunk.name) has \(chunk.rows) × \(chunk.columns) elements, and \(wanted) are needed; the file is damaged: write "
        + "it again")
  }

  private func table(_ chunk: GSDFile.Chunk, width: Int) throws -> ParticleTable {
    func integers<Number: FixedWidthInteger>(_ type: Number.Type) throws -> ParticleTable {
      ParticleTable(try numbers(chunk, Number.self).map { Double($0) }, width: width)
    }
    return switch chunk.element {
    case .float: ParticleTable(try numbers(chunk, Float.self), width: width)
    case .double: ParticleTable(try numbers(chunk, Double.self), width: width)
    case .uint8, .character: try integers(UInt8.self)
    case .uint16: try integers(UInt16.self)
    case .uint32: try integers(UInt32.self)
    case .uint64: try integers(UInt64.self)
    case .int8: try integers(Int8.self)
    case .int16: try integers(Int16.self)
    case .int32: try integers(Int32.self)
    case .int64: try integers(Int64.self)
    }
  }

  /// The elements as they lie in the file: every machine that Macrostate runs on has their order of bytes.
  private func numbers<Number>(_ chunk: GSDFile.Chunk, _ type: Number.Type) throws -> [Number] {
    let count = chunk.rows * chunk.columns
    return try [Number](unsafeUninitializedCapacity: count) { target, filled in
      let bytes = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[..<chunk.bytes.count])
      try file.file.read(at: chunk.bytes.lowerBound, into: bytes)
      filled = count
    }
  }
}
