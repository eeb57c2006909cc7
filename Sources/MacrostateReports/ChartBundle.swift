import Foundation

/// The JavaScript that draws the charts (Vega, Vega-Lite and Vega-Embed), which a report carries inside.
///
/// `Scripts/setup-charts` fetches it; it is neither committed nor a package resource, so it is looked for at run time.
/// A page runs what is put into it, and the folders that are searched may be ones that others can write: there a file
/// counts only if it is, by its check sum, the one that `setup-charts` makes. The environment variable may name
/// another.
public struct ChartBundle: Sendable {
  /// The environment variable that names the bundle's file, or the folder that it is in.
  public static let environmentVariable = "MACROSTATE_CHARTS"
  /// The bundle's file name in each folder that is searched.
  public static let fileName = "vega-bundle.js"
  /// The line that installs the bundle.
  public static let remedy = "run `make charts` in Macrostate's folder (needs Python 3 and PyPI once)"

  /// The SHA-256 of the bundle of vl-convert 1.9.0, as `Scripts/setup-charts` writes it.
  public static let checksum = "60ee84f119fa6b60d8d7eccf3b7eb3fe1d314fe05b31b4147a87d5bde53d03ef"

  /// The bundle's file.
  public let url: URL
  /// Whether it is the bundle that `setup-charts` makes.
  public let isKnown: Bool
  /// The JavaScript.
  let script: String

  /// The bundle at `url`, whose ever it is, or nil where there is no readable file that defines `vegaEmbed`.
  public init?(url: URL) {
    guard let data = try? Data(contentsOf: url), let script = String(data: data, encoding: .utf8),
      script.contains("vegaEmbed")
    else { return nil }
    self.url = url
    self.script = script
    isKnown = SHA256.hexadecimal(data) == Self.checksum
  }

  /// The bundle that the environment variable names; where it is not set, the first known one among `candidates()`.
  public static func locate(environment: [String: String] = ProcessInfo.processInfo.environment) -> ChartBundle? {
    let bundles = candidates(environment: environment).lazy.compactMap(ChartBundle.init)
    return isNamed(environment) ? bundles.first : bundles.first(where: \.isKnown)
  }

  /// The warning about the bundle that is used or missing; nil where there is nothing to say.
  public static func warning(environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
    let bundles = candidates(environment: environment).lazy.compactMap(ChartBundle.init)
    if isNamed(environment) {
      guard let bundle = bundles.first, !bundle.isKnown else { return nil }
      return
        "\(bundle.url.path), which \(environmentVariable) names, is not the charts' script that `make charts` makes; "
        + "the page runs it all the same"
    }
    guard let stranger = bundles.first, !bundles.contains(where: \.isKnown) else { return nil }
    return "\(stranger.url.path) is not the charts' script that `make charts` makes, and is left out of the page"
  }

  private static func isNamed(_ environment: [String: String]) -> Bool {
    !(environment[environmentVariable] ?? "").isEmpty
  }

  /// The files that are tried, in order: that of the environment variable, alone where it is set; else beside the tool,
  /// in a `.charts` folder above it (a build inside a clone) or in the working folder, and in the cache folder
  /// (`$XDG_CACHE_HOME/macrostate`, else `~/.cache/macrostate`).
  public static func candidates(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: URL? = Bundle.main.executableURL,
    workingFolder: URL = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
  ) -> [URL] {
    if let path = environment[environmentVariable], !path.isEmpty {
      let named = URL(filePath: path)
      return [named, named.appending(path: fileName)]
    }
    var folders: [URL] = []
    if let executable {
      var folder = executable.resolvingSymlinksInPath().deletingLastPathComponent()
      folders.append(folder)
      while folder.pathComponents.count > 1 {
        folders.append(folder.appending(path: ".charts"))
        folder.deleteLastPathComponent()
      }
    }
    folders.append(workingFolder.appending(path: ".charts"))
    if let cache = environment["XDG_CACHE_HOME"], !cache.isEmpty {
      folders.append(URL(filePath: cache).appending(path: "macrostate"))
    } else if let home = environment["HOME"], !home.isEmpty {
      folders.append(URL(filePath: home).appending(path: ".cache/macrostate"))
    }
    return folders.map { $0.appending(path: fileName) }
  }
}
