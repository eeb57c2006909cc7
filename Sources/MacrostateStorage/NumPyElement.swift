/// The element types of `.npy` files that are read and written, all little-endian.
public enum NumPyElementType: String, CaseIterable, Sendable {
  case float32 = "<f4"
  case float64 = "<f8"
  case int8 = "|i1"
  case int16 = "<i2"
  case int32 = "<i4"
  case int64 = "<i8"
  case uint8 = "|u1"
  case uint16 = "<u2"
  case uint32 = "<u4"
  case uint64 = "<u8"
  case bool = "|b1"

  /// NumPy's description of the type, as it stands in the header: `<f4`.
  public var descriptor: String { rawValue }

  /// The size of an element in bytes.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether the elements are floating-point numbers.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }
}

/// A Swift type whose values lie in a `.npy` file as they lie in memory.
public protocol NumPyElement: BitwiseCopyable, Sendable {
  /// The type's name in the file.
  static var numPyType: NumPyElementType { get }
}

extension Float: NumPyElement { public static var numPyType: NumPyElementType { .float32 } }
extension Double: NumPyElement { public static var numPyType: NumPyElementType { .float64 } }
extension Int8: NumPyElement { public static var numPyType: NumPyElementType { .int8 } }
extension Int16: NumPyElement { public static var numPyType: NumPyElementType { .int16 } }
extension Int32: NumPyElement { public static var numPyType: NumPyElementType { .int32 } }
extension Int64: NumPyElement { public static var numPyType: NumPyElementType { .int64 } }
extension UInt8: NumPyElement { public static var numPyType: NumPyElementType { .uint8 } }
extension UInt16: NumPyElement { public static var numPyType: NumPyElementType { .uint16 } }
extension UInt32: NumPyElement { public static var numPyType: NumPyElementType { .uint32 } }
extension UInt64: NumPyElement { public static var numPyType: NumPyElementType { .uint64 } }

/// `shape` as NumPy writes it: `(10, 301, 300, 2)`, `(5,)`, `()`.
public func shapeText(_ shape: [Int]) -> String {
  shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
}
