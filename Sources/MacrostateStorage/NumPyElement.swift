/// The types of elements of `.npy` files that are read.
///
/// Data sets are written little-endian; arrays of users are read in both byte orders (`NumPyHeader.isBigEndian`).
public enum NumPyElementType: Hashable, Sendable {
  case float16, float32, float64
  /// C's `long double` in 16 bytes: 10 of the x86 format, 6 that mean nothing.
  case longDouble
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool
  /// Text of at most `length` characters, of 4 bytes each.
  case characters(length: Int)
  /// Text of at most `length` bytes.
  case bytes(length: Int)

  /// The type of a kind and a size, as in NumPy's `f4`; `nil` if there is none.
  init?(kind: Character, size: Int) {
    switch (kind, size) {
    case ("f", 2): self = .float16
    case ("f", 4): self = .float32
    case ("f", 8): self = .float64
    case ("f", 16): self = .longDouble
    case ("i", 1): self = .int8
    case ("i", 2): self = .int16
    case ("i", 4): self = .int32
    case ("i", 8): self = .int64
    case ("u", 1): self = .uint8
    case ("u", 2): self = .uint16
    case ("u", 4): self = .uint32
    case ("u", 8): self = .uint64
    case ("b", 1): self = .bool
    // A length beyond this is damage, and must not overflow as a size in bytes.
    case ("U", 0...1_000_000): self = .characters(length: size)
    case ("S", 0...1_000_000): self = .bytes(length: size)
    default: return nil
    }
  }

  /// NumPy's description of the little-endian type, as it stands in the header: `<f4`.
  public var descriptor: String {
    switch self {
    case .float16, .float32, .float64, .longDouble: "<f\(byteCount)"
    case .int8: "|i1"
    case .int16, .int32, .int64: "<i\(byteCount)"
    case .uint8: "|u1"
    case .uint16, .uint32, .uint64: "<u\(byteCount)"
    case .bool: "|b1"
    case .characters(let length): "<U\(length)"
    case .bytes(let length): "|S\(length)"
    }
  }

  /// By how much a number near `x` may have been rounded when it was written; 0 for numbers of other types than floating
  /// point.
  public func rounding(at x: Double) -> Double {
    switch self {
    case .float16: 0x1p-10 * abs(x)
    case .float32: Double(Float(x).ulp)
    case .float64, .longDouble: x.ulp
    default: 0
    }
  }

  /// The size of an element in bytes.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    case .longDouble: 16
    case .characters(let length): 4 * length
    case .bytes(let length): length
    }
  }

  /// Whether the elements are text.
  public var isText: Bool {
    switch self {
    case .characters, .bytes: true
    default: false
    }
  }
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
