import Foundation

extension URL {
  /// The path as it was given, as one word of a shell's command.
  var shellWord: String {
    let isPlain = relativePath.utf8.allSatisfy { byte in
      let character = Character(UnicodeScalar(byte))
      return character.isASCII && (character.isLetter || character.isNumber) || "-_./,:+@%".contains(character)
    }
    return isPlain ? relativePath : "'\(relativePath.replacing("'", with: "'\\''"))'"
  }

  /// The shell's command `arguments`, of head or tail, on the file as text.
  func shellCommand(_ arguments: String, packer: String?) -> String {
    packer.map { "\($0) -dc \(shellWord) | \(arguments)" } ?? "\(arguments) \(shellWord)"
  }
}
