/// The type of the elements as a `.npy` header describes it: `<f4`, `>i2`, `=f8`, `|u1`, `<U3`.
struct NumPyDescriptor: Equatable, Sendable {
  let type: NumPyElementType
  let isBigEndian: Bool

  /// Reads `text`, as it stands in the header.
  ///
  /// - Throws: what `bad` makes of the problem, in words for those who have no Python.
  init(_ text: String, _ bad: (String) -> MacrostateError) throws {
    var rest = Substring(text)
    var order: Character = "="
    if let first = rest.first, "<>=|".contains(first) {
      order = first
      rest.removeFirst()
    }
    if rest == "?" { rest = "b1" }
    guard let kind = rest.popFirst() else { throw bad("its header names no type of elements; write the file again") }
    guard let type = Int(rest).flatMap({ NumPyElementType(kind: kind, size: $0) }) else {
      throw bad("\(Self.refusal(of: kind)) (type '\(text)')")
    }
    // Both platforms of Macrostate are little-endian, which is what '=' means on most.
    self.type = type
    isBigEndian = order == ">" && type.byteCount > 1
    guard !(isBigEndian && type == .longDouble) else { throw bad(Self.longDoubleRefusal) }
  }

  /// The problem with elements of a kind that is not read, and its remedy.
  private static func refusal(of kind: Character) -> String {
    switch kind {
    case "O":
      """
      it holds Python objects, such as a list of arrays of different shapes, where one array of numbers, or of names, is \
      needed. Where all have one shape, make one array of them (in Python numpy.array(x.tolist())); save trajectories of \
      different lengths or numbers of particles in a file each (for m, a in enumerate(x): numpy.save(f'x{m}.npy', a)), and \
      import all of them
      """
    case "c":
      "it holds complex numbers, where real ones are needed; save real and imaginary parts side by side "
        + "(in Python numpy.stack([x.real, x.imag], -1))"
    case "M", "m":
      "it holds dates or durations, where numbers are needed; save times as numbers, in a unit of your choice "
        + "(in Python (t - t[0]) / numpy.timedelta64(1, 's'))"
    case "V":
      "it holds bytes of a type that is not NumPy's own, or rows of named columns; save one plain array of numbers for "
        + "each quantity"
    default:
      "its elements are of a type that is not read; save numbers of 8 to 64 bits"
    }
  }

  /// The problem with long doubles of an unknown format.
  static let longDoubleRefusal =
    "its numbers are long doubles (128 bits) as another kind of machine has them, or all 0; save ordinary ones of 64 "
    + "bits (in Python x.astype('f8'))"

  /// The problem with a structured type.
  static let structuredRefusal =
    "it is a structured array, a table with named columns; save one plain array of numbers for each quantity "
    + "(in Python numpy.stack([t['x'], t['y']], -1))"
}
