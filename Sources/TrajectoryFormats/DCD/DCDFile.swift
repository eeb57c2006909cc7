import Foundation
import MacrostateStorage

/// The frames of a DCD file: x, y and z of all atoms in single precision, in Å, each in a record of its own, behind a
/// record of the box. Atoms that never move stand in the first frame only.
package final class DCDFile: ParticleFile {
  private let file: RandomAccessFile
  private let header: DCDHeader
  package private(set) var mark: FrameMark
  /// The coordinates of the first frame, where some atoms never move.
  private var first: [Float]?

  /// Opens the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` if it is no DCD file.
  package init(_ url: URL, from mark: FrameMark? = nil) throws {
    file = try RandomAccessFile(url)
    header = try DCDHeader(file)
    self.mark = mark ?? FrameMark(frame: 0, byte: header.end, line: 0)
    // Nothing is read for a number of atoms that the file cannot have.
    let room = (file.count - header.end) / 12
    guard header.count <= room || file.count == header.end else {
      throw header.layout.damaged(file, header.end, "\(header.count) atoms, and there is room for \(room)")
    }
  }

  package let columnNames: [String] = []
  package var timeProblem: String? { header.timeProblem }

  /// By the size of the file: what the header says is not always kept up.
  package var frameCount: Int? {
    let rest = file.count - header.end
    guard rest > 0 else { return 0 }
    return 1 + max(0, rest - size(ofFrame: 0) + size(ofFrame: 1) - 1) / size(ofFrame: 1)
  }

  /// The number of atoms that a frame has.
  private func count(ofFrame frame: Int) -> Int { frame == 0 ? header.count : header.moving?.count ?? header.count }

  /// The number of bytes of a frame.
  private func size(ofFrame frame: Int) -> Int {
    let markers = 2 * header.layout.markerSize
    let coordinates = header.hasFourthCoordinate ? 4 : 3
    return (header.hasBox ? 48 + markers : 0) + coordinates * (4 * count(ofFrame: frame) + markers)
  }

  package func next() throws -> ParticleFrame? {
    guard let frameCount, mark.frame < frameCount else { return nil }
    let number = mark.frame
    if number > 0, header.moving != nil, first == nil { first = try read(0, at: header.end).coordinates }
    let place = FramePlace(url: file.url, frame: number)
    let (coordinates, box) = try read(number, at: mark.byte)
    if number == 0, header.moving != nil { first = coordinates }
    var frame = ParticleFrame(
      step: header.step(ofFrame: number), time: header.time(ofFrame: number), box: box, count: header.count,
      positions: ParticleTable(whole(coordinates, number), width: 3),
      coordinates: [.absolute, .absolute, .absolute], place: place)
    frame.units = FileUnits(length: "Å", time: "ps")
    frame.timeText = "\(header.picoseconds) ps a step in the header"
    mark = FrameMark(frame: number + 1, byte: mark.byte + size(ofFrame: number), line: 0)
    return frame
  }

  /// The coordinates of all atoms: those that never move are as in the first frame.
  private func whole(_ coordinates: [Float], _ number: Int) -> [Float] {
    guard number > 0, let moving = header.moving, var all = first else { return coordinates }
    for (row, atom) in moving.enumerated() {
      for axis in 0..<3 { all[3 * atom + axis] = coordinates[3 * row + axis] }
    }
    return all
  }

  // MARK: A frame

  private func read(_ number: Int, at start: Int) throws -> (coordinates: [Float], box: FrameBox?) {
    let place = FramePlace(url: file.url, frame: number)
    let (count, size) = (count(ofFrame: number), size(ofFrame: number))
    guard start >= 0, start <= file.count - size else {
      throw place.error(
        "cut off: \(max(0, file.count - start)) of its \(size) bytes are there; copy or write the file again")
    }
    let bytes = try file.bytes(at: start, count: size)
    let layout = header.layout
    var offset = 0
    func take(_ length: Int, _ name: String) throws -> Int {
      let end = offset + layout.markerSize + length
      guard layout.length(bytes, offset) == length, layout.length(bytes, end) == length else {
        throw place.error(
          "\(name): a record of \(layout.length(bytes, offset)) bytes, where \(length) are needed; damaged")
      }
      defer { offset = end + layout.markerSize }
      return offset + layout.markerSize
    }
    let box = header.hasBox ? try box(bytes, try take(48, "its box"), place) : nil
    let starts = try ["x", "y", "z"].map { try take(4 * count, $0) }
    return (coordinates(bytes, starts, count), box)
  }

  /// x, y and z of each atom, from the places where those of all begin.
  private func coordinates(_ bytes: [UInt8], _ starts: [Int], _ count: Int) -> [Float] {
    let isSwapped = header.layout.isBigEndian
    return bytes.withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: 3 * count) { target, filled in
        for (axis, start) in starts.enumerated() {
          for atom in 0..<count {
            let word = bytes.loadUnaligned(fromByteOffset: start + 4 * atom, as: UInt32.self)
            target[3 * atom + axis] = Float(bitPattern: isSwapped ? word.byteSwapped : word)
          }
        }
        filled = 3 * count
      }
    }
  }

  /// The box: lengths and angles, in the order A, γ, B, β, α, C, where angles are degrees or (of NAMD) their cosines;
  /// CHARMM's newer versions have a symmetric matrix xx, xy, yy, xz, yz, zz. Nil for a box without volume.
  private func box(_ bytes: [UInt8], _ start: Int, _ place: FramePlace) throws -> FrameBox? {
    let numbers = (0..<6).map { Double(bitPattern: header.layout.doubleWord(bytes, start + 8 * $0)) }
    let lengths = [numbers[0], numbers[2], numbers[5]]
    let angles = [numbers[4], numbers[3], numbers[1]]
    if lengths.allSatisfy({ $0 == 0 }) { return nil }
    let areCosines = angles.allSatisfy { (-1...1).contains($0) }
    let box: FrameBox? =
      if areCosines || angles.allSatisfy({ $0 > 0 && $0 < 180 }) {
        lengths.allSatisfy { $0 > 0 }
          ? FrameBox(
            lengths: lengths, angles: areCosines ? angles.map { $0 == 0 ? 90 : acos($0) * 180 / .pi } : angles) : nil
      } else {
        FrameBox(
          edges: [
            [numbers[0], numbers[1], numbers[3]], [numbers[1], numbers[2], numbers[4]],
            [numbers[3], numbers[4], numbers[5]],
          ], boundaries: Array(repeating: .periodic, count: 3))
      }
    guard let box else { throw place.error("its box is \(numbers), which is no box") }
    return box
  }
}
