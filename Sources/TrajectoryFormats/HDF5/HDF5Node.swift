import Foundation
import MacrostateStorage

/// A group or an array of an HDF5 file, with its path in it.
final class HDF5Node {
  let path: String
  private let handle: HDF5Handle
  private var library: HDF5Library { handle.library }

  /// The root of the file at `path`.
  init(file: String, _ library: HDF5Library) throws {
    let opened = library.openFile(file, 0, 0)
    handle = try HDF5Handle(
      library, opened, orElse: "it cannot be opened as an HDF5 file; it is damaged, cut off or being written")
    path = ""
  }

  private init(_ handle: HDF5Handle, path: String) { (self.handle, self.path) = (handle, path) }

  /// The error of kind `badData` about this node.
  func error(_ problem: String) -> MacrostateError { library.error("\(path.isEmpty ? "/" : path): \(problem)") }

  /// What is at a path below; nil where nothing is.
  func node(_ relative: String) throws -> HDF5Node? {
    var node = self
    for name in relative.split(separator: "/").map(String.init) {
      guard library.hasLink(node.handle.id, name, 0) > 0 else { return nil }
      let next = "\(node.path)/\(name)"
      node = HDF5Node(
        try HDF5Handle(
          library, library.openObject(node.handle.id, name, 0), orElse: "\(next): cannot be opened; the file is damaged"
        ),
        path: next)
    }
    return node
  }

  /// Whether it is an array, and no group.
  var isArray: Bool { library.kind(handle.id) == 5 }
  var isGroup: Bool { [1, 2].contains(library.kind(handle.id)) }

  /// The names in a group, at most 1000 of them.
  func names() throws -> [String] {
    var information = [UInt64](repeating: 0, count: 8)
    guard isGroup, library.groupInformation(handle.id, &information) >= 0 else { return [] }
    return (0..<min(information[1], 1000)).compactMap { index in
      var name = [CChar](repeating: 0, count: 256)
      guard library.linkName(handle.id, ".", 0, 0, index, &name, name.count, 0) >= 0 else { return nil }
      return String(decoding: name.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The paths and shapes of the arrays of numbers below, down to four levels, for messages.
  func arrays(depth: Int = 4) throws -> [String] {
    try names().prefix(100).flatMap { name -> [String] in
      guard let child = try? node(name) else { return [] }
      if child.isArray { return ["\(child.path) \((try? child.shape()) ?? [])"] }
      return depth > 1 ? try child.arrays(depth: depth - 1) : []
    }
  }

  // MARK: Arrays

  /// The shape of an array; none for a single number.
  func shape() throws -> [Int] {
    guard isArray else { throw error("a group, where an array is needed") }
    return try HDF5Handle(library, library.space(handle.id), orElse: "\(path): no array").extents()
  }

  private func type() throws -> HDF5Handle {
    try HDF5Handle(library, library.type(handle.id), orElse: "\(path): an array without a type")
  }

  /// The numbers from `start` on in a block of the extents `count`, as a table of `width` columns: of single precision
  /// where the file has that.
  func table(start: [Int], count: [Int], width: Int) throws -> ParticleTable {
    let type = try type()
    let kind = library.typeClass(type.id)
    guard [0, 1, 8].contains(kind) else { throw error("an array that is not of numbers") }
    if kind == 1, library.typeSize(type.id) <= 4 {
      return ParticleTable(try numbers(start, count, library.single, zero: Float(0)), width: width)
    }
    // Enumerations are integers of their own type, which is converted by nobody.
    if kind == 8 { return ParticleTable(try enumerated(start, count, type), width: width) }
    return ParticleTable(try numbers(start, count, library.double, zero: 0.0), width: width)
  }

  /// All numbers of an array that has at most `limit`.
  func all(limit: Int = 1 << 24) throws -> [Double] {
    let shape = try shape()
    guard Self.product(shape).map({ $0 <= limit }) ?? false else { throw error("\(shape) numbers, which is too many") }
    return try table(start: shape.map { _ in 0 }, count: shape, width: 1).column(0).values
  }

  private static func product(_ factors: [Int]) -> Int? {
    factors.reduce(1) { result, factor in
      guard let result else { return nil }
      let (product, overflow) = result.multipliedReportingOverflow(by: factor)
      return overflow ? nil : product
    }
  }

  /// The most bytes of a block: particles are in memory more than once, and the process has a limit.
  private static let mostBytes = 3 << 30

  private func numbers<Number>(_ start: [Int], _ count: [Int], _ type: HDF5Library.ID, zero: Number) throws -> [Number]
  {
    guard let total = Self.product(count), total <= Self.mostBytes / MemoryLayout<Number>.stride else {
      throw error("\(count) numbers, which are too many for a frame")
    }
    if total == 0 { return [] }
    let (filespace, memory) = try spaces(start, count)
    // Zeros, and not what was there: of an array that is cut off the library fills only a part.
    var values = [Number](repeating: zero, count: total)
    let status = values.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { library.read(handle.id, type, memory?.id ?? 0, filespace?.id ?? 0, 0, $0) } ?? -1
    }
    guard status >= 0 else { throw unreadable }
    return values
  }

  private var unreadable: MacrostateError {
    error("cannot be read: it is compressed by a filter that this library lacks, or the file is damaged or cut off")
  }

  /// The block in the file, and the same in memory; nil for a single number.
  private func spaces(_ start: [Int], _ count: [Int]) throws -> (file: HDF5Handle?, memory: HDF5Handle?) {
    let shape = try shape()
    guard shape.count == start.count, zip(zip(start, count), shape).allSatisfy({ $0.0 >= 0 && $0.1 <= $1 - $0.0 })
    else {
      throw error("has the shape \(shape), and \(count) numbers from \(start) on are needed")
    }
    if shape.isEmpty { return (nil, nil) }
    let file = try HDF5Handle(library, library.space(handle.id), orElse: "\(path): no array")
    let sizes = count.map(UInt64.init)
    guard library.select(file.id, 0, start.map(UInt64.init), nil, sizes, nil) >= 0 else { throw unreadable }
    return (file, try HDF5Handle(library, library.makeSpace(Int32(count.count), sizes, nil), orElse: "no memory"))
  }

  private func enumerated(_ start: [Int], _ count: [Int], _ type: HDF5Handle) throws -> [Double] {
    let native = try HDF5Handle(library, library.nativeType(type.id, 0), orElse: "\(path): an unknown type")
    let size = library.typeSize(native.id)
    guard [1, 2, 4, 8].contains(size), let total = Self.product(count), total <= Self.mostBytes / 8 else {
      throw unreadable
    }
    let (filespace, memory) = try spaces(start, count)
    var bytes = [UInt8](repeating: 0, count: total * size)
    let status = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { library.read(handle.id, native.id, memory?.id ?? 0, filespace?.id ?? 0, 0, $0) } ?? 0
    }
    guard status >= 0 else { throw unreadable }
    return (0..<total).map { Double(Self.integer(bytes[($0 * size)..<($0 * size + size)])) }
  }

  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int {
    switch bytes.count {
    case 1: Int(bytes.integer(at: 0) as Int8)
    case 2: Int(bytes.integer(at: 0) as Int16)
    case 4: Int(bytes.integer(at: 0) as Int32)
    default: bytes.integer(at: 0)
    }
  }

  /// The names of an enumeration's numbers; nil for an array of another type.
  func enumeration() throws -> [Int: String]? {
    let type = try type()
    guard library.typeClass(type.id) == 8 else { return nil }
    let native = try HDF5Handle(library, library.nativeType(type.id, 0), orElse: "\(path): an unknown type")
    let size = library.typeSize(native.id)
    guard [1, 2, 4, 8].contains(size) else { return nil }
    var result: [Int: String] = [:]
    for member in 0..<UInt32(clamping: library.memberCount(native.id)) {
      var bytes = [UInt8](repeating: 0, count: size)
      guard library.memberValue(native.id, member, &bytes) >= 0, let name = library.memberName(native.id, member) else {
        continue
      }
      result[Self.integer(bytes[...])] = String(cString: name)
      _ = library.freeMemory(name)
    }
    return result
  }

  // MARK: Attributes

  /// The numbers of an attribute; nil where there is none, or it has texts.
  func numbers(ofAttribute name: String) throws -> [Double]? {
    guard let (attribute, type, count) = try attribute(name), [0, 1].contains(library.typeClass(type.id)) else {
      return nil
    }
    var values = [Double](repeating: 0, count: count)
    guard library.readAttribute(attribute.id, library.double, &values) >= 0 else { throw unreadable }
    return values
  }

  /// The texts of an attribute; nil where there is none, or it has none.
  func texts(ofAttribute name: String) throws -> [String]? {
    guard let (attribute, type, count) = try attribute(name), library.typeClass(type.id) == 3 else { return nil }
    if library.isVariableText(type.id) > 0 {
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
      guard library.readAttribute(attribute.id, type.id, &pointers) >= 0 else { throw unreadable }
      defer { for pointer in pointers { _ = library.freeMemory(pointer) } }
      return pointers.map { $0.map { String(cString: $0) } ?? "" }
    }
    let size = library.typeSize(type.id)
    guard size > 0, size <= 1 << 16 else { return nil }
    var bytes = [UInt8](repeating: 0, count: size * count)
    guard library.readAttribute(attribute.id, type.id, &bytes) >= 0 else { throw unreadable }
    return (0..<count).map { bytes[($0 * size)..<($0 * size + size)].text }
  }

  private func attribute(_ name: String) throws -> (HDF5Handle, type: HDF5Handle, count: Int)? {
    guard library.hasAttribute(handle.id, name) > 0 else { return nil }
    let problem = "\(path): its attribute '\(name)' cannot be read"
    let attribute = try HDF5Handle(library, library.openAttribute(handle.id, name, 0), orElse: problem)
    let space = try HDF5Handle(library, library.attributeSpace(attribute.id), orElse: problem)
    let type = try HDF5Handle(library, library.attributeType(attribute.id), orElse: problem)
    guard let count = Self.product(try space.extents()), count <= 1 << 16 else { throw error(problem) }
    return (attribute, type, count)
  }
}
