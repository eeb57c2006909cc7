import Foundation
import TestSupport

/// A headless Chromium that opens a page and tells what became of it.
struct Browser {
  /// Chromium's program.
  let program: URL

  /// The first Chromium on the path, or nil.
  static func locate() -> Browser? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"] {
      for folder in folders {
        let program = URL(filePath: String(folder)).appending(path: name)
        if FileManager.default.isExecutableFile(atPath: program.path) { return Browser(program: program) }
      }
    }
    return nil
  }

  /// What a page became after its scripts ran.
  struct Outcome {
    /// Its document without its scripts, as HTML.
    var document: String
    /// The width that its content needs, in pixels, and the width that it has.
    var contentWidth, width: Int
  }

  /// Opens `page` in a frame `width` pixels wide (a window cannot be as narrow as a phone), waits for its charts, and
  /// gives its document and widths back; nil where the browser does not answer within `seconds`.
  func open(page: String, width: Int, seconds: Double = 120) throws -> Outcome? {
    try withTemporaryFolder { folder in
      let wrapper = folder.appending(path: "wrapper.html")
      try Data(Self.wrapper(page: page, width: width).utf8).write(to: wrapper)
      let output = folder.appending(path: "dom.html")
      try Data().write(to: output)
      let process = Process()
      process.executableURL = program
      process.arguments = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--user-data-dir=\(folder.appending(path: "profile").path)", "--window-size=1400,1000",
        "--virtual-time-budget=20000", "--dump-dom", wrapper.absoluteString,
      ]
      let handle = try FileHandle(forWritingTo: output)
      process.standardOutput = handle
      process.standardError = FileHandle.nullDevice
      try process.run()
      let deadline = Date(timeIntervalSinceNow: seconds)
      while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.05) }
      if process.isRunning {
        process.terminate()
        return nil
      }
      return Self.outcome(try String(contentsOf: output, encoding: .utf8))
    }
  }

  private static func wrapper(page: String, width: Int) -> String {
    let quoted = page.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    return """
      <!doctype html><meta charset="utf-8"><body>
      <iframe style="width: \(width)px; height: 900px; border: 0" srcdoc="\(quoted)"></iframe>
      <textarea></textarea>
      <script>
        const timer = setInterval(() => {
          const root = document.querySelector("iframe").contentDocument.documentElement;
          if (root.dataset.charts !== "drawn") return;
          clearInterval(timer);
          document.body.dataset.widths = `${root.scrollWidth} ${root.clientWidth}`;
          for (const script of root.querySelectorAll("script")) script.remove();
          document.querySelector("textarea").textContent = root.outerHTML;
        }, 100);
      </script>
      """
  }

  private static func outcome(_ document: String) -> Outcome? {
    guard let widths = document.firstMatch(of: /data-widths="(\d+) (\d+)"/), let content = Int(widths.1),
      let width = Int(widths.2), let start = document.range(of: "<textarea>"),
      let end = document.range(of: "</textarea>")
    else { return nil }
    let inner = document[start.upperBound..<end.lowerBound].replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
    return Outcome(document: String(inner), contentWidth: content, width: width)
  }
}
