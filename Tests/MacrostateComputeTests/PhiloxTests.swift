import CMacrostateKernels
import Foundation
import MacrostateCompute
import Testing

@Suite struct PhiloxTests {
  /// The generators of all instruction sets of this machine.
  private var tables: [UnsafePointer<MacrostateKernelTable>] {
    [MacrostateBaseline, MacrostateAVX2, MacrostateAVX512].compactMap { macrostate_kernel_table($0) }
  }

  private struct KnownAnswers: Decodable {
    struct Case: Decodable {
      let counter: [UInt32]
      let key: [UInt32]
      let output: [UInt32]
    }
    let cases: [Case]
  }

  private func knownAnswers() throws -> [KnownAnswers.Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/philox4x32-10.json"))
    return try JSONDecoder().decode(KnownAnswers.self, from: data).cases
  }

  @Test func wordsAreThePublishedOnes() throws {
    let cases = try knownAnswers()
    #expect(cases.count >= 3)
    for table in tables {
      for known in cases {
        var words = [UInt32](repeating: 0, count: 4)
        let key = UInt64(known.key[1]) << 32 | UInt64(known.key[0])
        let c = known.counter
        table.pointee.randomWords(key, c[0], c[1], c[2], c[3], 1, &words)
        #expect(words == known.output)
      }
    }
  }

  /// Any number of blocks, on any instruction set, in any pieces: the same words, and none written beyond them.
  @Test func blocksDependOnTheirCounterAlone() throws {
    let reference = try #require(macrostate_kernel_table(MacrostateBaseline))
    let sentinel: UInt32 = 0xDEAD_BEEF
    // The counter wraps around in the middle.
    let first = UInt32.max - 20
    var one = [UInt32]()
    for block in 0..<40 {
      var words = [UInt32](repeating: 0, count: 4)
      reference.pointee.randomWords(77, first &+ UInt32(block), 5, 6, 7, 1, &words)
      one += words
    }
    for table in tables {
      for blocks in 0...40 {
        var words = [UInt32](repeating: sentinel, count: 4 * blocks + 4)
        table.pointee.randomWords(77, first, 5, 6, 7, blocks, &words)
        #expect(words == Array(one[..<(4 * blocks)]) + [UInt32](repeating: sentinel, count: 4))
      }
    }
  }

  @Test func normalsFollowBoxAndMuller() throws {
    var words: [UInt32] = [0, 0, .max, .max, 0, .max, .max, 0, 1 << 31, 1 << 31, 1 << 31, 1 << 30, 255, 3 << 30]
    var stream = RandomStream(seed: 3, purpose: .evaluation)
    for _ in 0..<500 { words.append(stream.nextWord()) }
    for table in tables {
      for count in [2, 6, 14, 30, 34, words.count] {
        var normals = [Float](repeating: .nan, count: count + 1)
        table.pointee.normals(count, words, &normals)
        #expect(normals[count].isNaN, "one number too many was written")
        for pair in 0..<count / 2 {
          let u = Double((Float(words[2 * pair] >> 8) + 0.5) * 0x1p-24)
          let angle = Double(words[2 * pair + 1]) / 0x1p32 * 2 * .pi
          let radius = (-2 * log(u)).squareRoot()
          #expect(abs(Double(normals[2 * pair]) - radius * cos(angle)) < 2e-6)
          #expect(abs(Double(normals[2 * pair + 1]) - radius * sin(angle)) < 2e-6)
        }
      }
    }
  }
}
