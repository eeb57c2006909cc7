import Foundation
import MacrostateStorage
import TestSupport
import Testing

/// Files that programs of their own unpack.
@Suite struct DecompressorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ file: DecompressedFile) throws -> String {
    var text = Data()
    var buffer = [UInt8](repeating: 0, count: 5)
    while true {
      let count = try buffer.withUnsafeMutableBytes(file.read)
      if count == 0 { return String(decoding: text, as: UTF8.self) }
      text += buffer[..<count]
    }
  }

  /// Each of the formats holds the line 'ITEM: hello'; where a program is missing, its name is said.
  @Test(arguments: [
    ("bzip2", "QlpoOTFBWSZTWU/6HCoAAAJfAAAQQAAAEAIiBAACRKAAMQDTTQQA0yKtF6DxTeLuSKcKEgn/Q4VA"),
    ("xz", "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQALSVRFTTogaGVsbG8KAI05siNncx/3AAEkDKYY2NgftvN9AQAAAAAEWVo="),
    ("zstd", "KLUv/SQMYQAASVRFTTogaGVsbG8Kp9xlcw=="),
    ("lz4", "BCJNGGRApwwAAIBJVEVNOiBoZWxsbwoAAAAAr2EP2A=="),
  ]) func filesAreUnpacked(program: String, packed: String) throws {
    let bytes = try #require(Data(base64Encoded: packed))
    let url = try folder.file("x.dump", bytes)
    do {
      let file = try DecompressedFile(url)
      #expect(file.program == program)
      #expect(try read(file) == "ITEM: hello\n")
      try file.seek(to: 6)
      #expect(try read(file) == "hello\n")
      let cut = try DecompressedFile(folder.file("cut.dump", bytes.dropLast(6)))
      let error = #expect(throws: MacrostateError.self) { try read(cut) }
      #expect(error?.kind == .badData && error?.message.contains("damaged or cut off (\(program))") == true)
    } catch let error as MacrostateError where error.message.contains("which is not installed here") {
      #expect(error.kind == .badData && error.message.contains("\(program) -d x.dump"))
    }
  }
}
