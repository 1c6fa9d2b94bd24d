/* What runs before main on the emulated board, whose files are the emulator's (semihosting). */

extern int main(void);
extern void exit(int);
extern void initialise_monitor_handles(void);
extern unsigned stack_top;

static void reset(void)
{
    initialise_monitor_handles();
    exit(main());
}

__attribute__((section(".vectors"), used)) static void *const vectors[] = {&stack_top, (void *)reset};
