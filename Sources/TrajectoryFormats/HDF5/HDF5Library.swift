import Foundation
import MacrostateStorage

/// The functions of libhdf5 that are used, by their names in C. Objects are numbers, which `H5Idec_ref` gives back.
struct HDF5Library: Sendable {
  typealias ID = Int64
  typealias Name = UnsafePointer<CChar>
  typealias Sizes = UnsafePointer<UInt64>

  let version: String
  let openFile: @convention(c) (Name, UInt32, ID) -> ID
  let release: @convention(c) (ID) -> Int32
  let hasLink: @convention(c) (ID, Name, ID) -> Int32
  let openObject: @convention(c) (ID, Name, ID) -> ID
  let kind: @convention(c) (ID) -> Int32
  let groupInformation: @convention(c) (ID, UnsafeMutableRawPointer) -> Int32
  let linkName: @convention(c) (ID, Name, Int32, Int32, UInt64, UnsafeMutablePointer<CChar>?, Int, ID) -> Int
  let space: @convention(c) (ID) -> ID
  let dimensionCount: @convention(c) (ID) -> Int32
  let dimensions: @convention(c) (ID, UnsafeMutablePointer<UInt64>?, UnsafeMutablePointer<UInt64>?) -> Int32
  let select: @convention(c) (ID, Int32, Sizes, Sizes?, Sizes, Sizes?) -> Int32
  let makeSpace: @convention(c) (Int32, Sizes, Sizes?) -> ID
  let read: @convention(c) (ID, ID, ID, ID, ID, UnsafeMutableRawPointer) -> Int32
  let type: @convention(c) (ID) -> ID
  let typeClass: @convention(c) (ID) -> Int32
  let typeSize: @convention(c) (ID) -> Int
  let isVariableText: @convention(c) (ID) -> Int32
  let memberCount: @convention(c) (ID) -> Int32
  let memberName: @convention(c) (ID, UInt32) -> UnsafeMutablePointer<CChar>?
  let memberValue: @convention(c) (ID, UInt32, UnsafeMutableRawPointer) -> Int32
  let nativeType: @convention(c) (ID, Int32) -> ID
  let freeMemory: @convention(c) (UnsafeMutableRawPointer?) -> Int32
  let hasAttribute: @convention(c) (ID, Name) -> Int32
  let openAttribute: @convention(c) (ID, Name, ID) -> ID
  let attributeType: @convention(c) (ID) -> ID
  let attributeSpace: @convention(c) (ID) -> ID
  let readAttribute: @convention(c) (ID, ID, UnsafeMutableRawPointer) -> Int32
  /// The types of numbers in memory.
  let (single, double, integer): (ID, ID, ID)

  /// - Throws: `MacrostateError` of kind `failure` if it is another library, or of another version.
  init(_ library: LoadedLibrary) throws {
    // Some file systems have no locks, without which the library opens no file.
    setenv("HDF5_USE_FILE_LOCKING", "BEST_EFFORT", 0)
    let begin: @convention(c) () -> Int32 = try library.function("H5open")
    typealias Number = UnsafeMutablePointer<UInt32>
    let tellVersion: @convention(c) (Number, Number, Number) -> Int32 = try library.function("H5get_libversion")
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    guard begin() >= 0, tellVersion(&major, &minor, &release) >= 0 else { throw library.unsuitable(version: "unknown") }
    version = "\(major).\(minor).\(release)"
    guard major == 1 && minor >= 10 || major == 2 else { throw library.unsuitable(version: version) }
    // It would print what went wrong.
    let silence: @convention(c) (ID, UnsafeRawPointer?, UnsafeMutableRawPointer?) -> Int32 =
      try library.function("H5Eset_auto2")
    _ = silence(0, nil, nil)
    openFile = try library.function("H5Fopen")
    self.release = try library.function("H5Idec_ref")
    hasLink = try library.function("H5Lexists")
    openObject = try library.function("H5Oopen")
    kind = try library.function("H5Iget_type")
    groupInformation = try library.function("H5Gget_info")
    linkName = try library.function("H5Lget_name_by_idx")
    space = try library.function("H5Dget_space")
    dimensionCount = try library.function("H5Sget_simple_extent_ndims")
    dimensions = try library.function("H5Sget_simple_extent_dims")
    select = try library.function("H5Sselect_hyperslab")
    makeSpace = try library.function("H5Screate_simple")
    read = try library.function("H5Dread")
    type = try library.function("H5Dget_type")
    typeClass = try library.function("H5Tget_class")
    typeSize = try library.function("H5Tget_size")
    isVariableText = try library.function("H5Tis_variable_str")
    memberCount = try library.function("H5Tget_nmembers")
    memberName = try library.function("H5Tget_member_name")
    memberValue = try library.function("H5Tget_member_value")
    nativeType = try library.function("H5Tget_native_type")
    freeMemory = try library.function("H5free_memory")
    hasAttribute = try library.function("H5Aexists")
    openAttribute = try library.function("H5Aopen")
    attributeType = try library.function("H5Aget_type")
    attributeSpace = try library.function("H5Aget_space")
    readAttribute = try library.function("H5Aread")
    func number(_ name: String) throws -> ID { try library.address(of: name).load(as: ID.self) }
    single = try number("H5T_NATIVE_FLOAT_g")
    double = try number("H5T_NATIVE_DOUBLE_g")
    integer = try number("H5T_NATIVE_INT64_g")
  }

  /// The error of kind `badData` that has `problem`.
  func error(_ problem: String) -> MacrostateError { MacrostateError(.badData, "libhdf5 \(version): \(problem)") }
}

/// An object of HDF5 that is open as long as this one lives.
final class HDF5Handle {
  let library: HDF5Library
  let id: HDF5Library.ID

  /// - Throws: `MacrostateError` of kind `badData` with `problem` where there is no object.
  init(_ library: HDF5Library, _ id: HDF5Library.ID, orElse problem: String) throws {
    guard id >= 0 else { throw library.error(problem) }
    (self.library, self.id) = (library, id)
  }

  deinit { _ = library.release(id) }

  /// The extents of a data space.
  func extents() throws -> [Int] {
    let count = library.dimensionCount(id)
    guard 0...32 ~= count else { throw library.error("an array of \(count) axes") }
    var sizes = [UInt64](repeating: 0, count: Int(count))
    guard count == 0 || library.dimensions(id, &sizes, nil) >= 0 else { throw library.error("an array without shape") }
    return sizes.map { Int(clamping: $0) }
  }
}
