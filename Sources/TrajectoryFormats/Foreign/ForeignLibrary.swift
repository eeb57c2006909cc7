import ChildPrograms
import Foundation
import MacrostateStorage

/// A library of others that is loaded at run time, in a process of its own: nothing of it is needed to build.
package enum ForeignLibrary: String, Codable, CaseIterable, Sendable {
  /// chemfiles, which reads the formats of molecular simulations.
  case chemfiles
  /// libhdf5, for H5MD and other files in HDF5.
  case hdf5

  /// The library as messages call it, with the versions that can be used.
  package var title: String {
    switch self {
    case .chemfiles: "chemfiles 0.10"
    case .hdf5: "libhdf5 1.10 or newer"
    }
  }

  /// The command that installs it.
  package var installation: String {
    switch self {
    case .chemfiles: "pip install 'chemfiles==0.10.*'"
    case .hdf5: "pip install h5py, or apt-get install libhdf5-103-1"
    }
  }

  /// The environment variable that names the library's file.
  package var environmentVariable: String { "MACROSTATE_\(rawValue.uppercased())" }

  /// What is to be done where it is missing.
  package var remedy: String {
    "install it (\(installation)), or name its file in \(environmentVariable)"
  }

  /// The library's file: that of the environment variable; else in the `.environment` of the clone that the program was
  /// built in, among `python3`'s packages, in the system's folders.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` with the line that installs it.
  package func locate(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: URL? = Bundle.main.executableURL
  ) throws -> URL {
    if let path = environment[environmentVariable], !path.isEmpty {
      let named = URL(fileURLWithPath: path)
      guard FileManager.default.fileExists(atPath: path), !Folder.exists(named) else {
        throw MacrostateError(
          .missingInput, "\(path): no such file, and \(environmentVariable) names it as the library \(rawValue)")
      }
      return named
    }
    let places: [() -> [URL]] = [
      { Self.projectFolders(executable).flatMap(inPackages) }, { Self.pythonFolders(environment).flatMap(inPackages) },
      { Self.systemFolders(environment).flatMap(inSystem) },
    ]
    guard let found = places.lazy.compactMap({ $0().first }).first else {
      throw MacrostateError(.missingInput, "\(title) is not on this machine; \(remedy)")
    }
    return found
  }

  /// Where the library is, and its version, as a process says that has loaded it.
  ///
  /// - Throws: `MacrostateError` with what is to be done where it is missing or cannot be used.
  package func examine() throws -> (file: URL, version: String) {
    let file = try locate()
    let messages = try ForeignReading(
      ForeignRequest(library: self, path: file.path), about: nil, patience: .seconds(20))
    return (file, messages.greeting.version)
  }

  // MARK: Names of files

  private static var suffix: String {
    #if os(macOS)
      ".dylib"
    #else
      ".so"
    #endif
  }

  /// The library in a folder of Python's packages.
  private func inPackages(_ folder: URL) -> [URL] {
    switch self {
    case .chemfiles: Self.files(in: folder.appending(path: "chemfiles")) { $0 == "libchemfiles\(Self.suffix)" }
    case .hdf5:
      ["h5py.libs", "h5py/.dylibs"].flatMap { name in
        Self.files(in: folder.appending(path: name)) { file in
          ["libhdf5-", "libhdf5."].contains { file.hasPrefix($0) }
        }
      }
    }
  }

  /// The library in a folder of the system's libraries, the greatest version first.
  private func inSystem(_ folder: URL) -> [URL] {
    let names = self == .chemfiles ? ["libchemfiles"] : ["libhdf5", "libhdf5_serial"]
    return Self.files(in: folder) { file in
      names.contains {
        file.hasPrefix("\($0)\(Self.suffix)") || file.hasPrefix("\($0).") && file.hasSuffix(Self.suffix)
      }
    }
  }

  private static func files(in folder: URL, where matches: (String) -> Bool) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter(matches).sorted().reversed().map { folder.appending(path: $0) }
  }

  // MARK: Folders

  /// The packages in a folder `.environment` above the program, of which each tool may have its own part.
  private static func projectFolders(_ executable: URL?) -> [URL] {
    guard var folder = executable?.resolvingSymlinksInPath().deletingLastPathComponent() else { return [] }
    var found: [URL] = []
    while folder.pathComponents.count > 1 {
      let project = folder.appending(path: ".environment")
      for environment in [project] + files(in: project, where: { !$0.hasPrefix(".") }) {
        let versions = files(in: environment.appending(path: "lib")) { $0.hasPrefix("python3") }
        found += versions.map { $0.appending(path: "site-packages") }
      }
      folder.deleteLastPathComponent()
    }
    return found
  }

  /// Where `python3` looks for packages, as it says itself.
  private static func pythonFolders(_ environment: [String: String]) -> [URL] {
    let python = (environment["PATH"] ?? "").split(separator: ":").map { URL(fileURLWithPath: "\($0)/python3") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    guard let python,
      let text = PipedProgram.output(
        of: python, ["-c", "import sys; print('\\n'.join(sys.path))"], patience: .seconds(20))
    else { return [] }
    return text.split(separator: "\n").filter { $0.hasPrefix("/") }.map { URL(fileURLWithPath: String($0)) }
  }

  private static func systemFolders(_ environment: [String: String]) -> [URL] {
    let named = (environment["LD_LIBRARY_PATH"] ?? "").split(separator: ":").map(String.init)
    #if arch(arm64)
      let machine = "aarch64-linux-gnu"
    #else
      let machine = "x86_64-linux-gnu"
    #endif
    let usual = [
      "/usr/local/lib", "/usr/local/lib/\(machine)", "/usr/lib/\(machine)", "/usr/lib64", "/usr/lib",
      "/opt/homebrew/lib",
    ]
    return (named + usual).map { URL(fileURLWithPath: $0) }
  }
}
