import Foundation
import Microstates

/// A GSD file of the schema hoomd, version 2, with trajectories in the plane.
struct GSDSample {
  private(set) var data = Data()
  private var index: [(frame: Int, rows: Int, place: Int, columns: Int, name: Int, element: UInt8)] = []
  private var names: [String] = []

  /// The species A, B, … of `frames`, in a periodic box from −4 to 4.
  init(_ frames: [Trajectory.Frame], stepsBetween interval: Int) {
    data = Data(count: 256)
    for (number, frame) in frames.enumerated() {
      let types = frame.positions.enumerated().flatMap { species, values in
        [UInt32](repeating: UInt32(species), count: values.count / 2)
      }
      let points = frame.positions.joined()
      let rows = stride(from: 0, to: points.count, by: 2).flatMap { at -> [Float] in
        let place = points.index(points.startIndex, offsetBy: at)
        return [points[place], points[points.index(after: place)], 0]
      }
      add("configuration/step", number, rows: 1, [UInt64(number * interval)], element: 4)
      add("particles/position", number, rows: types.count, rows, element: 9)
      guard number == 0 else { continue }
      add("configuration/dimensions", number, rows: 1, [UInt8(2)], element: 1)
      add("configuration/box", number, rows: 6, [Float](arrayLiteral: 8, 8, 0, 0, 0, 0), element: 9)
      add("particles/N", number, rows: 1, [UInt32(types.count)], element: 3)
      add("particles/typeid", number, rows: types.count, types, element: 3)
      add("particles/types", number, rows: frame.positions.count, Array("AB".utf8), element: 5)
    }
    finish()
  }

  /// Adds an array of a frame.
  private mutating func add<Number>(_ name: String, _ frame: Int, rows: Int, _ values: [Number], element: UInt8) {
    let id = names.firstIndex(of: name) ?? names.count
    if id == names.count { names.append(name) }
    index.append((frame, rows, data.count, values.count / rows, id, element))
    values.withUnsafeBytes { data.append(contentsOf: $0) }
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
  }

  private mutating func finish() {
    let namesStart = data.count
    let text = Array(names.joined(separator: "\0").utf8)
    let room = text.count / 64 + 1
    data.append(contentsOf: text + [UInt8](repeating: 0, count: room * 64 - text.count))
    let indexStart = data.count
    for entry in index {
      for number in [entry.frame, entry.rows, entry.place] { append(UInt64(number)) }
      append(UInt32(entry.columns))
      append(UInt16(entry.name))
      append(UInt16(entry.element))
    }
    var header = GSDSample.header
    for number in [indexStart, index.count, namesStart, room] { header.append(UInt64(number)) }
    header.append(UInt32(2 << 16))
    header.append(UInt32(2 << 16))
    header.data.append(Data(count: 64) + Data("hoomd".utf8))
    data.replaceSubrange(0..<header.data.count, with: header.data)
  }

  /// A sample that has the first bytes only.
  private static var header: GSDSample {
    var sample = GSDSample()
    sample.append(UInt64(0x65DF_65DF_65DF_65DF))
    return sample
  }

  private init() {}
}
