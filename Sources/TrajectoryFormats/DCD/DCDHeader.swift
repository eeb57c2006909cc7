import Foundation
import MacrostateStorage

/// The header of a DCD file of CHARMM, NAMD, X-PLOR and others: records of Fortran, each between two lengths of four or
/// eight bytes.
///
/// The first record is `CORD` and twenty numbers of four bytes, counted from 1: the 2nd is the first step, the 3rd the
/// steps between frames, the 9th the number of atoms that never move, the 10th the length of a step in AKMA units (X-PLOR
/// has eight bytes there), the 11th and the 12th say whether frames have a box and a fourth coordinate, the 20th is the
/// version of CHARMM. The second is the title, the third the number of atoms, and a fourth the numbers of the atoms that
/// move, where some do not.
struct DCDHeader {
  /// The unit of time of CHARMM, in ps.
  static let akma = 0.04888821

  let firstStep: Int
  let interval: Int
  /// The length of a step as it is written.
  let stepLength: Double
  let hasBox: Bool
  let hasFourthCoordinate: Bool
  /// The number of atoms.
  let count: Int
  /// The places of the atoms that move; nil where all do.
  let moving: [Int]?
  let layout: DCDLayout
  /// Where the first frame begins.
  let end: Int

  /// - Throws: `MacrostateError` of kind `badData` if it is no DCD file, or is cut off.
  init(_ file: RandomAccessFile) throws {
    let layout = try DCDLayout(file)
    self.layout = layout
    var place = 0
    let first = try layout.record(file, at: &place, named: "its header", longest: 84)
    guard first.count == 84 else {
      throw layout.damaged(file, 0, "its header has \(first.count) bytes, and must have 84")
    }
    func number(_ place: Int) -> Int { Int(Int32(bitPattern: layout.word(first, 4 * place))) }
    (firstStep, interval) = (number(2), number(3))
    let isCHARMM = number(20) != 0
    stepLength =
      isCHARMM ? Double(Float(bitPattern: layout.word(first, 40))) : Double(bitPattern: layout.doubleWord(first, 40))
    hasBox = isCHARMM && number(11) != 0
    hasFourthCoordinate = isCHARMM && number(12) == 1
    _ = try layout.record(file, at: &place, named: "its title", longest: 1 << 24)
    let atoms = try layout.record(file, at: &place, named: "its number of atoms", longest: 4)
    guard atoms.count == 4 else { throw layout.damaged(file, place, "its number of atoms is missing") }
    count = Int(layout.word(atoms, 0))
    let still = number(9)
    guard still != 0 else {
      (moving, end) = (nil, place)
      return
    }
    guard 0..<count ~= still else {
      throw layout.damaged(file, 0, "\(still) of its \(count) atoms never move, it says")
    }
    let free = try layout.record(file, at: &place, named: "its atoms that move", longest: 4 * (count - still))
    let places = stride(from: 0, to: free.count - 3, by: 4).map { Int(layout.word(free, $0)) - 1 }
    guard places.count == count - still, places.allSatisfy((0..<count).contains) else {
      throw layout.damaged(file, place, "its list of atoms that move is not one of \(count - still) of \(count)")
    }
    (moving, end) = (places, place)
  }

  // MARK: Times

  /// The step of a frame; nil where the header has no interval.
  func step(ofFrame frame: Int) -> Int? { interval > 0 ? firstStep + frame * interval : nil }

  /// The time of a frame, in ps; nil where the header is not to be trusted.
  func time(ofFrame frame: Int) -> Double? {
    timeProblem == nil ? step(ofFrame: frame).map { Double($0) * picoseconds } : nil
  }

  /// The length of a step in ps. It has the digits of single precision; those behind them are rounding.
  var picoseconds: Double { Double(String(format: "%.6e", stepLength * Self.akma)) ?? stepLength * Self.akma }

  /// Why times are not to be trusted; nil where they are.
  var timeProblem: String? {
    if interval <= 0 { return "its header has no interval between frames" }
    guard stepLength.isFinite, stepLength > 0, stepLength != 1 else {
      return "the step in its header is \(stepLength), which programs put there that do not know it (LAMMPS, mdtraj)"
    }
    return nil
  }
}

/// How records lie in a DCD file.
struct DCDLayout {
  /// The bytes of a record's length, which stands before it and behind it.
  let markerSize: Int
  let isBigEndian: Bool

  /// - Throws: `MacrostateError` of kind `badData` if the file is no DCD file.
  init(_ file: RandomAccessFile) throws {
    let bytes = try file.bytes(at: 0, count: min(file.count, 12))
    // The first record has 84 bytes.
    guard let size = [4, 8].first(where: { bytes.dropFirst($0).starts(with: Array("CORD".utf8)) }),
      bytes[0] == 84 || bytes[size - 1] == 84
    else {
      throw MacrostateError(
        .badData, "\(file.url.path): it does not begin as a DCD file does; if it is compressed, unpack it first")
    }
    (markerSize, isBigEndian) = (size, bytes[0] != 84)
  }

  /// Four bytes of a record.
  func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
    let word: UInt32 = bytes.integer(at: place)
    return isBigEndian ? word.byteSwapped : word
  }

  /// Eight bytes of a record.
  func doubleWord(_ bytes: [UInt8], _ place: Int) -> UInt64 {
    let word: UInt64 = bytes.integer(at: place)
    return isBigEndian ? word.byteSwapped : word
  }

  /// The length of a record as it stands in `bytes`.
  func length(_ bytes: [UInt8], _ place: Int = 0) -> UInt64 {
    markerSize == 4 ? UInt64(word(bytes, place)) : doubleWord(bytes, place)
  }

  /// The record at `place`, which is moved behind it.
  func record(_ file: RandomAccessFile, at place: inout Int, named name: String, longest: Int) throws -> [UInt8] {
    let start = place
    guard place <= file.count - markerSize else { throw damaged(file, start, "\(name) is cut off") }
    let length = length(try file.bytes(at: place, count: markerSize))
    guard length <= longest, Int(length) <= file.count - place - 2 * markerSize else {
      throw damaged(file, start, "\(name) has \(length) bytes, which are not there or too many")
    }
    let bytes = try file.bytes(at: place + markerSize, count: Int(length) + markerSize)
    guard self.length(bytes, Int(length)) == length else {
      throw damaged(file, start, "\(name) has another length before it than behind it")
    }
    place += Int(length) + 2 * markerSize
    return Array(bytes.prefix(Int(length)))
  }

  func damaged(_ file: RandomAccessFile, _ place: Int, _ problem: String) -> MacrostateError {
    MacrostateError(
      .badData,
      "\(file.url.path): byte \(place): \(problem); the file is cut off or damaged: copy or write it again")
  }
}
