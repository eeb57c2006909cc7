import MacrostateCompute

/// Damages bytes in the ways that files are damaged, and in worse ones: a pure function of (seed, format, input).
struct Mutation {
  private var random: RandomStream
  private let input: Int

  /// Every so many inputs are a sample that is cut off, each at the next place.
  private static let truncationPeriod = 8

  init(seed: UInt64, format: FuzzFormat, input: Int) {
    random = RandomStream(seed: seed, purpose: .shuffle, step: input, set: format.number)
    self.input = input
  }

  /// One of the samples with one or two of its files damaged.
  mutating func damage(_ samples: [Sample], _ format: FuzzFormat) -> Sample {
    let number = random.next(below: samples.count)
    var sample = samples[number]
    let paths = sample.files.keys.filter(format.isDamaged).sorted()
    for _ in 0..<(random.next(below: 6) == 0 ? 2 : 1) {
      let path = paths[random.next(below: paths.count)]
      let bytes = sample.files[path] ?? []
      if input % Self.truncationPeriod == 0 {
        sample.files[path] = Array(bytes.prefix(input / Self.truncationPeriod % (bytes.count + 1)))
      } else {
        let other = samples[random.next(below: samples.count)]
        let others = other.files.keys.filter(format.isDamaged).sorted()
        let donor = other.files[others[random.next(below: others.count)]] ?? []
        sample.files[path] = damage(bytes, splicing: donor)
      }
      if random.next(below: 2) == 0 { sample.reseal(path) }
    }
    return sample
  }

  private mutating func damage(_ bytes: [UInt8], splicing donor: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next(below: 4) {
      switch random.next(below: 11) {
      case 0: flipBits(&bytes)
      case 1: setNumber(&bytes)
      case 2, 3: replaceDigits(&bytes)
      case 4: bytes.removeSubrange(block(bytes))
      case 5: bytes.insert(contentsOf: bytes[block(bytes)], at: place(bytes))
      case 6: bytes.replaceSubrange(block(bytes), with: donor[block(donor)])
      case 7: changeLines(&bytes)
      case 8: bytes = Array(bytes.prefix(place(bytes)))
      case 9: swapWords(&bytes)
      default: replaceText(&bytes)
      }
    }
    return bytes
  }

  // MARK: Bytes

  private mutating func place(_ bytes: [UInt8]) -> Int { random.next(below: bytes.count + 1) }

  /// A stretch of bytes, more often a short one.
  private mutating func block(_ bytes: [UInt8]) -> Range<Int> {
    let start = place(bytes)
    let longest = min(bytes.count - start, 1 << random.next(below: 12))
    return start..<start + random.next(below: longest + 1)
  }

  private mutating func flipBits(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    for _ in 0...random.next(below: 8) { bytes[random.next(below: bytes.count)] ^= 1 << UInt8(random.next(below: 8)) }
  }

  private static let numbers: [UInt64] = [
    0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000,
    0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_fff0, .max,
    // Not a number, infinite, and the greatest number.
    0x7ff8_0000_0000_0000, 0x7ff0_0000_0000_0000, 0x7fef_ffff_ffff_ffff, 0x7fc0_0000, 0x7f80_0000,
  ]

  /// An extreme number of one to eight bytes, the low one first or last.
  private mutating func setNumber(_ bytes: inout [UInt8]) {
    let width = 1 << random.next(below: 4)
    guard bytes.count >= width else { return }
    let number = Self.numbers[random.next(below: Self.numbers.count)]
    let start = random.next(below: bytes.count - width + 1)
    let isReversed = random.next(below: 4) == 0
    for i in 0..<width {
      bytes[start + (isReversed ? width - 1 - i : i)] = UInt8(truncatingIfNeeded: number >> (8 * i))
    }
  }

  // MARK: Text

  private static let digits = [
    "0", "-1", "-0", "1e999", "-1e999", "1e-320", "nan", "inf", "2147483647", "2147483648", "-2147483649", "4294967296",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
    "123456789012345678901234567890", "0x10", "1_000", "1.5", "00000000000000000000001", "1e18", "3e38", "1e300",
  ]

  private static func isNumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }

  /// Another number in the place of one that is written in digits.
  private mutating func replaceDigits(_ bytes: inout [UInt8]) {
    let start = place(bytes)
    guard let first = bytes[start...].firstIndex(where: Self.isNumeric) else { return }
    let end = bytes[first...].firstIndex { !Self.isNumeric($0) } ?? bytes.count
    bytes.replaceSubrange(first..<end, with: Array(Self.digits[random.next(below: Self.digits.count)].utf8))
  }

  private mutating func changeLines(_ bytes: inout [UInt8]) {
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    let i = random.next(below: lines.count)
    let j = random.next(below: lines.count)
    switch random.next(below: 6) {
    case 0: lines.remove(at: i)
    case 1: lines.insert(lines[i], at: j)
    case 2: lines.swapAt(i, j)
    case 3: lines = lines.map { $0 + [13] }
    case 4: lines[i] = []
    default: lines.insert(contentsOf: lines[min(i, j)...max(i, j)], at: i)
    }
    bytes = Array(lines.joined(separator: [10]))
  }

  /// Two words of a text in each other's place.
  private mutating func swapWords(_ bytes: inout [UInt8]) {
    var words = bytes.split(separator: 32, omittingEmptySubsequences: false).map(Array.init)
    words.swapAt(random.next(below: words.count), random.next(below: words.count))
    bytes = Array(words.joined(separator: [32]))
  }

  private static let texts = [
    "", "{}", "[]", "null", "true", "\"\"", "\"a\"", "[[[[", "}", "ITEM: ", "\u{0}", "\u{1b}[31m", "é", "\u{feff}",
    "\r\n",
    "\t", " ", "..", "/", "../../x", "<f8", ">i2", "|O", "{'descr': ", "True", "F", "U64", ": ", "- ", "'", "\"", "\\",
  ]

  /// A text that means something in one of the formats, in the place of a few bytes or between them.
  private mutating func replaceText(_ bytes: inout [UInt8]) {
    let start = place(bytes)
    let end = min(bytes.count, start + random.next(below: 8))
    bytes.replaceSubrange(start..<end, with: Array(Self.texts[random.next(below: Self.texts.count)].utf8))
  }
}
