import Foundation

/// Named tensors in a `.safetensors` file, readable from Python, PyTorch and JAX.
///
/// The same tensors and metadata give the same bytes: names are sorted. Format:
/// <https://github.com/huggingface/safetensors>.
public struct Safetensors: Equatable, Sendable {
  /// The numbers of a tensor, in C order.
  public enum Values: Equatable, Sendable {
    case float32([Float])
    case float64([Double])
    case int64([Int64])
  }

  /// A tensor: its shape and its numbers.
  public struct Tensor: Equatable, Sendable {
    /// The tensor's shape; empty for a single number.
    public var shape: [Int]
    /// Its numbers, as many as the shape says.
    public var values: Values

    /// A tensor of `shape` with `values`.
    public init(shape: [Int], _ values: Values) {
      precondition(shape.reduce(1, *) == values.count, "as many numbers as the shape says")
      self.shape = shape
      self.values = values
    }
  }

  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// Free text by key, kept in the file's header.
  public var metadata: [String: String]

  /// A collection of `tensors` with `metadata`.
  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The numbers of the tensor `name` of 32-bit floats and the given shape.
  ///
  /// - Parameter source: what the message calls the file.
  /// - Throws: `MacrostateError` of kind `badData` if there is no such tensor, or its shape or type is another.
  public func floats(_ name: String, shape: [Int], source: String) throws -> [Float] {
    guard let tensor = tensors[name] else {
      throw MacrostateError(.badData, "\(source): the tensor '\(name)' is missing; is it the file of another model?")
    }
    guard tensor.shape == shape, case .float32(let values) = tensor.values else {
      throw MacrostateError(
        .badData,
        "\(source): the tensor '\(name)' is \(tensor.values.typeName) of shape \(shapeText(tensor.shape)), not F32 of "
          + "shape \(shapeText(shape)); is it the file of another model?")
    }
    return values
  }

  /// Writes the file at `url`, whole or not at all.
  ///
  /// - Returns: the file's size and check sum.
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  @discardableResult
  public func write(to url: URL) throws -> FileRecord {
    let sorted = tensors.sorted { $0.key < $1.key }
    var header: [String: SafetensorsEntry] = [:]
    if !metadata.isEmpty { header[SafetensorsEntry.metadataKey] = .metadata(metadata) }
    var offset = 0
    for (name, tensor) in sorted {
      let end = offset + tensor.values.byteCount
      header[name] = .tensor(type: tensor.values.typeName, shape: tensor.shape, start: offset, end: end)
      offset = end
    }
    let text = try SafetensorsEntry.encode(header)
    return try AtomicFile.write(to: url) { file in
      try withUnsafeBytes(of: UInt64(text.count).littleEndian, file.write)
      try text.withUnsafeBytes(file.write)
      for (_, tensor) in sorted { try tensor.values.withUnsafeBytes(file.write) }
    }
  }

  /// Reads the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is no safetensors
  ///   file, is truncated, or has tensors of a type other than F32, F64 and I64.
  public init(_ url: URL) throws {
    self = try FileContents.bytes(of: url).withUnsafeBytes { try Self($0, source: url.path) }
  }

  private init(_ bytes: UnsafeRawBufferPointer, source: String) throws {
    func bad(_ problem: String) -> MacrostateError {
      MacrostateError(.badData, "\(source): \(problem); copy or write the file again")
    }
    guard bytes.count >= 8 else { throw bad("not a safetensors file, or truncated") }
    let headerLength = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard headerLength <= UInt64(bytes.count - 8) else { throw bad("not a safetensors file, or truncated") }
    let dataStart = 8 + Int(headerLength)
    let data = UnsafeRawBufferPointer(rebasing: bytes[dataStart...])
    guard let header = SafetensorsEntry.decode(Data(bytes[8..<dataStart])) else {
      throw bad("its header is not understood")
    }
    self.init()
    var used = 0
    for (name, entry) in header {
      switch entry {
      case .metadata(let metadata): self.metadata = metadata
      case .tensor(let type, let shape, let start, let end):
        guard start >= 0, start <= end, end <= data.count else { throw bad("truncated in the tensor '\(name)'") }
        let bytes = UnsafeRawBufferPointer(rebasing: data[start..<end])
        guard let values = Values(type, bytes, shape: shape) else {
          throw bad("the tensor '\(name)' (\(type), shape \(shapeText(shape)), \(end - start) bytes) is not understood")
        }
        tensors[name] = Tensor(shape: shape, values)
        used += end - start
      }
    }
    guard used == data.count else { throw bad("its tensors take \(used) bytes, \(data.count) are there") }
  }
}

extension Safetensors.Values {
  /// The number of numbers.
  public var count: Int {
    switch self {
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .int64(let values): values.count
    }
  }

  /// The type's name in the file.
  var typeName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .int64: "I64"
    }
  }

  var byteCount: Int {
    switch self {
    case .float32(let values): 4 * values.count
    case .float64(let values): 8 * values.count
    case .int64(let values): 8 * values.count
    }
  }

  func withUnsafeBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    switch self {
    case .float32(let values): try values.withUnsafeBytes(body)
    case .float64(let values): try values.withUnsafeBytes(body)
    case .int64(let values): try values.withUnsafeBytes(body)
    }
  }

  /// The numbers in `bytes`; `nil` if the type is not known or the shape does not fit.
  init?(_ typeName: String, _ bytes: UnsafeRawBufferPointer, shape: [Int]) {
    func copied<Element: BitwiseCopyable>(_ zero: Element) -> [Element]? {
      var count = 1
      for length in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: length)
        guard length >= 0, !overflow else { return nil }
        count = product
      }
      guard bytes.count % MemoryLayout<Element>.size == 0, count == bytes.count / MemoryLayout<Element>.size else {
        return nil
      }
      return [Element](unsafeUninitializedCapacity: count) { target, filled in
        UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
        filled = count
      }
    }
    switch typeName {
    case "F32": if let values = copied(Float(0)) { self = .float32(values) } else { return nil }
    case "F64": if let values = copied(Double(0)) { self = .float64(values) } else { return nil }
    case "I64": if let values = copied(Int64(0)) { self = .int64(values) } else { return nil }
    default: return nil
    }
  }
}
