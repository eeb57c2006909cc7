// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "from-swift",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Macrostate", path: "../..")],
  targets: [
    .executableTarget(name: "from-swift", dependencies: [.product(name: "MacrostateKit", package: "Macrostate")])
  ]
)
