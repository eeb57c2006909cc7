import MacrostateStorage

/// What the process that uses a library is asked for.
struct ForeignRequest: Codable, Sendable {
  var library: ForeignLibrary
  /// The library's file.
  var path: String
  /// The file to be read; nil only to load the library.
  var file: String?
  /// The format of the file, as the library's reader calls it.
  var format = ""
  /// The settings of the format.
  var settings: [String: String] = [:]
  /// The number of the first frame to be read.
  var first = 0
  /// The columns that are wanted.
  var columns: [String] = []
  /// The bytes of memory that the process may use.
  var memory = 4 << 30
}

/// The first message of that process.
struct ForeignGreeting: Codable {
  /// The version of the library.
  var version: String
  /// The number of frames of the file, where it is known.
  var frameCount: Int?
  var lengthUnit: String?
  var timeUnit: String?
  var notes: [String] = []
}

/// A frame; its tables follow as bytes.
struct ForeignFrame: Codable {
  /// The box: its corner, its edges one after the other, and how they end; nil where the file does not say.
  struct Box: Codable {
    var origin: [Double]
    var edges: [[Double]]
    var boundaries: [FrameBox.Boundary]?
  }

  /// Numbers of particles.
  struct Table: Codable {
    enum Role: Codable, Equatable {
      case positions, images, ids, columns
      case label(ParticleLabel)
    }

    var role: Role
    /// The names of the columns, or of a label.
    var names: [String] = []
    var width: Int
    /// Whether the numbers are of single precision.
    var isSingle: Bool
  }

  /// The number of the frame in its file.
  var number: Int
  var step: Int?
  var time: Double?
  /// What the file calls the frame.
  var title: String?
  var box: Box?
  var count: Int
  /// The number of coordinates.
  var axes = 3
  /// All columns that may be asked for.
  var columnNames: [String] = []
  var tables: [Table] = []
  /// Whether the labels are those of the frame before.
  var keepsLabels = false
}

/// What goes from that process to ours: a letter, the number of bytes, and JSON.
enum ForeignMessage: UInt8 {
  case greeting = 0x47
  case frame = 0x46
  /// There are no more frames.
  case end = 0x45
  /// A `ForeignProblem`.
  case problem = 0x50

  /// The bytes before the JSON: "MACROST", so that nothing else that a program prints is taken for a message; the letter,
  /// and the number of bytes in four.
  static let prefix = Array("MACROST".utf8)
  static let headerSize = 12
  /// The most bytes of JSON.
  static let longest = 1 << 24
}

/// What went wrong in that process.
struct ForeignProblem: Codable {
  var kind: Int32
  var message: String

  init(_ error: MacrostateError) { (kind, message) = (error.kind.rawValue, error.message) }

  var error: MacrostateError { MacrostateError(MacrostateError.Kind(rawValue: kind) ?? .failure, message) }
}

extension ParticleLabel: Codable {}
extension FrameBox.Boundary: Codable {}
