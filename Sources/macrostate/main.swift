import MacrostateCommands

MacrostateTool.main()
