import Foundation
import MacrostateStorage
import TestSupport
import Testing
import TrajectoryFormats

/// What is said where a library is missing, or is not what it should be.
@Suite struct ForeignLibraryTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func theEnvironmentNamesALibraryThatIsThere() throws {
    for library in ForeignLibrary.allCases {
      expectError(.missingInput, containing: library.environmentVariable, "/none.so") {
        _ = try library.locate(environment: [library.environmentVariable: "/none.so"], executable: nil)
      }
      let file = try #require(RunningTool.executable)
      #expect(try library.locate(environment: [library.environmentVariable: file.path], executable: nil) == file)
    }
  }

  @Test func theProjectComesBeforeOthers() throws {
    let packages = scratch.url.appendingPathComponent(".environment/readers/lib/python3.9/site-packages")
    #if os(macOS)
      let names: [ForeignLibrary: String] = [
        .chemfiles: "chemfiles/libchemfiles.dylib", .hdf5: "h5py/.dylibs/libhdf5.310.dylib",
      ]
    #else
      let names: [ForeignLibrary: String] = [
        .chemfiles: "chemfiles/libchemfiles.so", .hdf5: "h5py.libs/libhdf5-9e18f0c6.so.310.0.0",
      ]
    #endif
    for (library, name) in names {
      let file = packages.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
      let program = scratch.url.appendingPathComponent(".build/debug/macrostate")
      #expect(
        try library.locate(environment: [:], executable: program).resolvingSymlinksInPath()
          == file.resolvingSymlinksInPath())
    }
  }

  /// A library of our own in C that has the first functions of chemfiles; nil without a compiler.
  private func library(_ code: String) throws -> URL? {
    let (source, file) = (scratch.file("fake.c"), scratch.file("libfake.so"))
    try Data(code.utf8).write(to: source)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["cc", "-shared", "-fPIC", "-o", file.path, source.path]
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? file : nil
  }

  /// What `import` says of an XTC file that is read with a library.
  private func importing(with library: URL, _ settings: String = "") throws -> Outcome {
    try scratch.start(
      ["import", ForeignSetup.fixture("chemfiles/mdtraj.xtc").path, "--output", "x.dataset"],
      script: "exec env MACROSTATE_CHEMFILES='\(library.path)' \(settings) \"$0\" \"$@\""
    ).finish()
  }

  /// All functions that are looked for, which do nothing.
  private static let functions =
    [
      "free", "last_error", "trajectory_close", "trajectory_nsteps", "trajectory_read_step", "frame", "frame_positions",
      "frame_velocities", "frame_has_velocities", "frame_get_property", "property_get_kind", "property_get_double",
      "property_get_bool", "property_get_string", "clear_errors", "cell_from_frame", "cell_shape", "cell_matrix",
      "atom_from_frame", "atom_name", "atom_type", "atom_mass", "atom_charge", "topology_from_frame",
      "topology_bonds_count", "topology_bonds", "topology_residues_count", "residue_from_topology",
      "residue_atoms_count", "residue_atoms", "residue_name",
    ].map { "void *chfl_\($0)(void) { static int there; return &there; }\n" }.joined()

  @Test func aLibraryThatCannotBeUsedIsNamedWithTheRemedy() throws {
    let remedy = "pip install 'chemfiles==0.10.*'"
    let cases = [
      (
        "const char *chfl_version(void) { return \"0.9.3\"; }",
        "version 0.9.3 of chemfiles, and chemfiles 0.10 is needed"
      ),
      ("const char *chfl_version(void) { return \"0.10.4\"; }", "has no 'chfl_free' and is not chemfiles 0.10"),
      ("int other;", "has no 'chfl_version'"),
    ]
    for (code, problem) in cases {
      guard let library = try library(code) else { return }
      let outcome = try importing(with: library)
      #expect(outcome.exitCode == 1 && outcome.errors.contains(problem), "\(outcome.errors)")
      #expect(outcome.errors.contains(remedy) && outcome.errors.contains("libfake.so"))
    }
    let text = scratch.file("text.so")
    try Data("hello\n".utf8).write(to: text)
    let outcome = try importing(with: text)
    #expect(outcome.exitCode == 1 && outcome.errors.contains("text.so: cannot be loaded"), "\(outcome.errors)")
  }

  @Test func aCrashOfALibraryIsAMessage() throws {
    let open = "void *chfl_trajectory_with_format(void) { abort(); }\n"
    let version = "#include <stdlib.h>\nconst char *chfl_version(void) { return \"0.10.99\"; }\n"
    guard let library = try library(version + Self.functions + open) else { return }
    let outcome = try importing(with: library)
    #expect(outcome.exitCode == 65, "\(outcome.errors)")
    for part in ["mdtraj.xtc: ", "chemfiles", "ended with signal 6", "the file is damaged"] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test func aProgramThatDoesNotReadIsNamed() throws {
    guard let library = try library("int other;") else { return }
    let outcome = try importing(with: library, "MACROSTATE_READER=/bin/echo")
    #expect(outcome.exitCode == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("/bin/echo, which MACROSTATE_READER names, does not read particles"))
  }

  @Test func doctorSaysWhichAreUsed() throws {
    let outcome = try scratch.start(
      ["doctor"], script: "exec env MACROSTATE_CHEMFILES=/none.so MACROSTATE_HDF5=/none.so \"$0\" \"$@\""
    ).finish()
    #expect(outcome.exitCode == 0)
    for library in ForeignLibrary.allCases {
      #expect(outcome.output.contains("missing \(library.rawValue) (optional): /none.so: no such file"))
    }
  }
}
