import Foundation

/// Files written by NumPy 2.4, in base64.
enum NumPyFixtures {
  private static func decoded(_ base64: String) -> Data {
    Data(base64Encoded: base64) ?? Data()
  }

  /// numpy.arange(6, dtype='<f4').reshape(2, 3) / 2
  static let floats = decoded(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAPwAAgD8AAMA/AAAAQAAA"
      + "IEA=")

  /// numpy.array([-1, 2, 2**40])
  static let integers = decoded(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAr//////////wIAAAAAAAAAAAAAAAAB"
      + "AAA=")

  /// numpy.float64(2.5)
  static let scalar = decoded(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAEQA==")

  /// numpy.array([True, False]), in version 2 of the format
  static let booleans = decoded(
    "k05VTVBZAgB0AAAAeydkZXNjcic6ICd8YjEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAA==")

  /// numpy.savez(positions=floats, types=numpy.array([1, 2], dtype='u1'))
  static let stored = decoded(
    "UEsDBC0AAAAAAAAAIQALwLB2//////////8NABQAcG9zaXRpb25zLm5weQEAEACYAAAAAAAAAJgAAAAAAAAAk05VTVBZAQB2AHsn"
      + "ZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAPwAAgD8AAMA/AAAAQAAAIEBQSwMELQAAAAAA"
      + "AAAhAGICZV///////////wkAFAB0eXBlcy5ucHkBABAAggAAAAAAAACCAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJ3x1MScs"
      + "ICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAKAQJQSwECLQMtAAAAAAAAACEAC8CwdpgAAACYAAAADQAAAAAAAAAAAAAAgAEAAAAA"
      + "cG9zaXRpb25zLm5weVBLAQItAy0AAAAAAAAAIQBiAmVfggAAAIIAAAAJAAAAAAAAAAAAAACAAdcAAAB0eXBlcy5ucHlQSwUGAAAA"
      + "AAIAAgByAAAAlAEAAAAA")

  /// numpy.savez_compressed(positions=numpy.zeros((40, 3)), types=numpy.array([1, 2], dtype='u1'))
  static let compressed = decoded(
    "UEsDBC0AAAAIAAAAIQCf+kor//////////8NABQAcG9zaXRpb25zLm5weQEAEABABAAAAAAAAE8AAAAAAAAAm+wX6hsQychQxlCt"
      + "npJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaJgY6CsaaOgq1CuQCLoZRMApGwZAFAFBLAwQtAAAA"
      + "CAAAACEAYgJlX///////////CQAUAHR5cGVzLm5weQEAEACCAAAAAAAAAEYAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNq"
      + "qK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALkYmAFBLAQItAy0AAAAIAAAAIQCf+korTwAAAEAEAAAN"
      + "AAAAAAAAAAAAAACAAQAAAABwb3NpdGlvbnMubnB5UEsBAi0DLQAAAAgAAAAhAGICZV9GAAAAggAAAAkAAAAAAAAAAAAAAIABjgAA"
      + "AHR5cGVzLm5weVBLBQYAAAAAAgACAHIAAAAPAQAAAAA=")

  /// A `.npy` file with `header` as the text of its dictionary, followed by `data`.
  static func file(header: String, data: Data = Data()) -> Data {
    let text = Array((header + "\n").utf8)
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text) + data
  }
}
