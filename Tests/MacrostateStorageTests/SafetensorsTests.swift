import Foundation
import MacrostateStorage
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  let folder: TemporaryFolder
  let example = Safetensors(
    tensors: [
      "phi.0.weight": .init(shape: [2, 3], .float32([1, 2, 3, 4, 5, .infinity])),
      "phi.0.bias": .init(shape: [2], .float32([-1, 0.5])),
      "mean": .init(shape: [], .float64([0.1])),
      "step": .init(shape: [1], .int64([1 << 40])),
      "empty": .init(shape: [0, 4], .float32([])),
    ],
    metadata: ["architecture": "{\"z\": 8}", "é": "ü"])

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func goesThereAndBack() throws {
    let record = try example.write(to: folder.file("x.safetensors"))
    #expect(try Safetensors(folder.file("x.safetensors")) == example)
    try record.verify(folder.file("x.safetensors"), remedy: "")
  }

  @Test func theSameTensorsGiveTheSameBytes() throws {
    var again = Safetensors(metadata: example.metadata)
    for (name, tensor) in example.tensors.sorted(by: { $0.key > $1.key }) { again.tensors[name] = tensor }
    #expect(try example.write(to: folder.file("a")) == again.write(to: folder.file("b")))
  }

  @Test func layoutIsTheOneOfTheFormat() throws {
    let file = Safetensors(tensors: ["w": .init(shape: [2], .float32([1, -2]))], metadata: ["k": "v"])
    try file.write(to: folder.file("x"))
    let header = #"{"__metadata__":{"k":"v"},"w":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}"#
    let length = (header.utf8.count + 7) / 8 * 8
    let text = header + String(repeating: " ", count: length - header.utf8.count)
    let expected =
      Data([UInt8(length), 0, 0, 0, 0, 0, 0, 0]) + Data(text.utf8)
      + Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    #expect(try Data(contentsOf: folder.file("x")) == expected)
  }

  @Test func wrongTensorsAreNamed() throws {
    #expect(try example.floats("phi.0.bias", shape: [2], source: "m") == [-1, 0.5])
    expectError(.badData, containing: "'rho.0.bias' is missing") {
      _ = try example.floats("rho.0.bias", shape: [2], source: "m")
    }
    expectError(.badData, containing: "'phi.0.bias' is F32 of shape (2,), not F32 of shape (3,)") {
      _ = try example.floats("phi.0.bias", shape: [3], source: "m")
    }
    expectError(.badData, containing: "'mean' is F64") { _ = try example.floats("mean", shape: [], source: "m") }
  }

  @Test(arguments: [
    (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}"#, "truncated in the tensor 'w'"),
    (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "truncated in the tensor 'w'"),
    (#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "'w' (F32, shape (3,), 8 bytes) is not understood"),
    (#"{"w":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}"#, "'w' (BF16"),
    (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "take 4 bytes, 8 are there"),
    (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, "header is not understood"),
    (#"{"w":"#, "header is not understood"),
  ])
  func malformedHeadersAreRefused(header: String, message: String) throws {
    let bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
    let url = try folder.file("x", bytes + Data(count: 8))
    expectError(.badData, containing: message) { _ = try Safetensors(url) }
  }

  @Test func otherFilesAreRefused() throws {
    expectError(.badData, containing: "not a safetensors file") { _ = try Safetensors(folder.file("e", Data())) }
    expectError(.badData, containing: "not a safetensors file") {
      _ = try Safetensors(folder.file("f", NumPyFixtures.floats))
    }
    expectError(.missingInput, containing: "no such file") { _ = try Safetensors(folder.file("none")) }
  }

  @Test func damagedFilesNeverCrash() throws {
    try example.write(to: folder.file("x"))
    try expectNoCrash(Data(contentsOf: folder.file("x")), name: "x") { _ = try Safetensors($0) }
  }
}
