import Foundation
import MacrostateStorage

/// The times in the header of a DCD file: frame i is at step first + i·interval.
///
/// The first record is `CORD` and twenty numbers of four bytes: the second is the first step, the third the interval, the
/// tenth the length of a step in AKMA units (of CHARMM, NAMD and OpenMM; X-PLOR has eight bytes there).
package struct DCDHeader {
  /// The unit of time of CHARMM, in ps.
  static let akma = 0.04888821
  let firstStep: Int
  let interval: Int
  /// The length of a step as it is written.
  let stepLength: Double

  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` if it is no DCD file.
  package init(_ url: URL) throws {
    let file = try RandomAccessFile(url)
    let bytes = try file.bytes(at: 0, count: min(file.count, 96))
    // The lengths of records have four bytes, or eight.
    guard let start = [4, 8].first(where: { bytes.dropFirst($0).starts(with: Array("CORD".utf8)) }),
      bytes.count > start + 84
    else {
      throw MacrostateError(
        .badData, "\(url.path): it does not begin as a DCD file does; if it is compressed, unpack it first")
    }
    let isBigEndian = bytes[0] == 0 && bytes[start - 1] != 0
    func number(_ place: Int) -> UInt32 {
      let number: UInt32 = bytes.integer(at: start + 4 * place)
      return isBigEndian ? number.byteSwapped : number
    }
    firstStep = Int(Int32(bitPattern: number(2)))
    interval = Int(Int32(bitPattern: number(3)))
    let isCHARMM = number(20) != 0
    let halves = (UInt64(number(10)), UInt64(number(11)))
    stepLength =
      isCHARMM
      ? Double(Float(bitPattern: number(10)))
      : Double(bitPattern: isBigEndian ? halves.0 << 32 | halves.1 : halves.1 << 32 | halves.0)
  }

  /// The step of a frame; nil where the header has no interval.
  package func step(ofFrame frame: Int) -> Int? { interval > 0 ? firstStep + frame * interval : nil }

  /// The time of a frame, in ps; nil where the header is not to be trusted.
  package func time(ofFrame frame: Int) -> Double? {
    problem == nil ? step(ofFrame: frame).map { Double($0) * picoseconds } : nil
  }

  /// The length of a step in ps. It has the digits of single precision; those behind them are rounding.
  var picoseconds: Double { Double(String(format: "%.6e", stepLength * Self.akma)) ?? stepLength * Self.akma }

  /// Why times are not to be trusted.
  var problem: String? {
    if interval <= 0 { return "its header has no interval between frames" }
    guard stepLength != 0, stepLength != 1, stepLength.isFinite, stepLength > 0 else {
      return
        "the step in its header is \(stepLength), which programs put there that do not say it (LAMMPS, mdtraj)"
    }
    return nil
  }
}
