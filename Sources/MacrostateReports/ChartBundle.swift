import Foundation

/// The JavaScript that draws the charts (Vega, Vega-Lite and Vega-Embed), which a report carries inside.
///
/// `Scripts/setup-charts` fetches it; it is neither committed nor a package resource, so it is looked for at run time.
public struct ChartBundle: Sendable {
  /// The environment variable that names the bundle's file, or the folder that it is in.
  public static let environmentVariable = "MACROSTATE_CHARTS"
  /// The bundle's file name in each folder that is searched.
  public static let fileName = "vega-bundle.js"
  /// The line that installs the bundle.
  public static let remedy = "run `make charts` in Macrostate's folder (needs Python 3 and PyPI once)"

  /// Where the bundle was found.
  public let url: URL
  /// The JavaScript.
  let script: String

  /// The bundle at `url`, or nil where there is no readable file that defines `vegaEmbed`.
  public init?(url: URL) {
    guard let script = try? String(contentsOf: url, encoding: .utf8), script.contains("vegaEmbed") else { return nil }
    self.url = url
    self.script = script
  }

  /// The first bundle among `candidates()`, or nil.
  public static func locate() -> ChartBundle? {
    candidates().lazy.compactMap(ChartBundle.init).first
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
