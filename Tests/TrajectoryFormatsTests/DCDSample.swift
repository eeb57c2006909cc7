import Foundation
import Microstates

/// A DCD file as one of its writers makes it.
struct DCDSample {
  var isBigEndian = false
  /// The bytes of a record's length.
  var markerSize = 4
  var firstStep = 0
  var interval = 1
  /// The length of a step, in AKMA units; X-PLOR writes it in eight bytes.
  var stepLength = 0.5
  var isCHARMM = true
  /// A, γ, B, β, α, C; none for no box.
  var box: [Double]?
  var hasFourthCoordinate = false
  /// The places of the atoms that move, where some do not.
  var moving: [Int]?

  /// The file of frames `[frames][n · 3]`.
  func data(_ frames: [[Float]]) -> Data {
    let count = (frames.first?.count ?? 0) / 3
    var numbers = [Int32](repeating: 0, count: 20)
    (numbers[0], numbers[1], numbers[2]) = (Int32(frames.count), Int32(firstStep), Int32(interval))
    numbers[8] = moving.map { Int32(count - $0.count) } ?? 0
    numbers[10] = box == nil ? 0 : 1
    numbers[11] = hasFourthCoordinate ? 1 : 0
    numbers[19] = isCHARMM ? 24 : 0
    var header = Data("CORD".utf8)
    for (place, number) in numbers.enumerated() where !(place == 10 && !isCHARMM) {
      switch place {
      case 9 where isCHARMM: header.append(bytes(Float(stepLength).bitPattern))
      case 9: header.append(bytes(stepLength.bitPattern))
      default: header.append(bytes(number))
      }
    }
    var data = record(header) + record(bytes(Int32(1)) + Data(repeating: 0x20, count: 80)) + record(bytes(Int32(count)))
    if let moving { data += record(moving.reduce(Data()) { $0 + bytes(Int32($1 + 1)) }) }
    for (number, frame) in frames.enumerated() {
      let atoms = number == 0 ? Array(0..<count) : moving ?? Array(0..<count)
      if let box { data += record(box.reduce(Data()) { $0 + bytes($1.bitPattern) }) }
      for axis in 0..<3 { data += record(atoms.reduce(Data()) { $0 + bytes(frame[3 * $1 + axis].bitPattern) }) }
      if hasFourthCoordinate { data += record(Data(count: 4 * atoms.count)) }
    }
    return data
  }

  private func record(_ content: Data) -> Data {
    let marker = markerSize == 4 ? bytes(UInt32(content.count)) : bytes(UInt64(content.count))
    return marker + content + marker
  }

  private func bytes(_ number: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Data($0) }
  }
}
